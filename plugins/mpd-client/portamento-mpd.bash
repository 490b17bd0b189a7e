# SPDX-License-Identifier: LGPL-2.1-or-later
# bash completion for portamento-mpd

_portamento_mpd()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} IFS=$'\n'
	local commands=$'publish\nsync\nplaylists\nstatus\ndump'
	local options=$'--conf\n--host\n--port\n--log\n--pidfile\n--daemon\n--no-daemon\n--verbose\n--quiet\n--page\n--once\n--help\n--version'
	local wanted=$'--playlist\n--library\n--default\n--fill\n--reserve\n--device\n--create-partnership\n--dry-run\n--wait'

	COMPREPLY=()
	case $before in
	-p | --playlist)
		local name
		while read -r name; do
			name=${name#* }
			name=${name# }
			[[ $name == "$word"* ]] && COMPREPLY+=("$(printf %q "$name")")
		done < <(portamento-mpd --quiet playlists 2>/dev/null | sed 's/^ *[0-9]*  //; s/^/ /')
		return
		;;
	-c | --conf | --log | --pidfile)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		compopt -o filenames 2>/dev/null
		return
		;;
	--fill)
		mapfile -t COMPREPLY < <(compgen -W $'shuffle\ntop-rated\nrecent\nleast-recently-synced' -- "$word")
		return
		;;
	-H | --host | -P | --port | --page | --reserve | --wait | -d | --device)
		return
		;;
	esac

	case $'\n'${COMP_WORDS[*]}$'\n' in
	*$'\n'sync$'\n'*) mapfile -t COMPREPLY < <(compgen -W "$wanted"$'\n'"$options" -- "$word") ;;
	*) mapfile -t COMPREPLY < <(compgen -W "$commands"$'\n'"$options" -- "$word") ;;
	esac
}
complete -F _portamento_mpd portamento-mpd
