/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * preview-save: see preview-save.h. The text is made before the question, so that the plan may
 * go meanwhile; the job owns itself and ends with the writing.
 */
#include "preview-save.h"

#include <string.h>

#include "common/i18n.h"
#include "common/words.h"

typedef struct {
	GtkFileChooserNative *chooser;
	char *text;
} Save;

static void
save_free(Save *save)
{
	g_clear_object(&save->chooser);
	g_free(save->text);
	g_free(save);
}

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
	Save *save = data;
	g_autoptr(GError) error = NULL;

	if (!g_file_replace_contents_finish(G_FILE(source), result, NULL, &error)) {
		/* an answer to what a person has just asked for, not a window out of nowhere */
		GtkWidget *dialog = gtk_message_dialog_new(NULL, GTK_DIALOG_DESTROY_WITH_PARENT,
							   GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE,
							   _("The preview could not be saved."));
		gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s",
							 error->message);
		g_signal_connect(dialog, "response", G_CALLBACK(gtk_widget_destroy), NULL);
		gtk_widget_show(dialog);
	}
	save_free(save);
}

static void
on_response(GtkNativeDialog *dialog, int response, gpointer data)
{
	Save *save = data;
	g_autoptr(GFile) file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));

	if (response != GTK_RESPONSE_ACCEPT || file == NULL) {
		save_free(save);
		return;
	}
	g_file_replace_contents_async(file, save->text, strlen(save->text), NULL, FALSE,
				      G_FILE_CREATE_NONE, NULL, on_written, save);
}

void
preview_save(GtkWidget *near, PortaPlan *plan, const char *player)
{
	Save *save = g_new0(Save, 1);
	GtkWidget *top = gtk_widget_get_toplevel(near);
	/* TRANSLATORS: a file's name; the player's */
	g_autofree char *name = g_strdup_printf(_("Sync of %s.txt"), player);

	g_strdelimit(name, "/", '-');
	save->text = words_plan(plan);
	save->chooser = gtk_file_chooser_native_new(_("Save the Preview"),
						    GTK_IS_WINDOW(top) ? GTK_WINDOW(top) : NULL,
						    GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
	gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(save->chooser), name);
	gtk_file_chooser_set_do_overwrite_confirmation(GTK_FILE_CHOOSER(save->chooser), TRUE);
	g_signal_connect(save->chooser, "response", G_CALLBACK(on_response), save);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(save->chooser));
}
