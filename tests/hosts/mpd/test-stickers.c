/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Ratings: half stars in MPD's stickers, 0-100 in Portamento; there and back
 * nothing changes.
 */
#include "stickers.h"

#include "unit.h"

int
main(void)
{
	for (int half_stars = 0; half_stars <= 10; half_stars++) {
		char *text AUTO_TEXT = text_format("%d", half_stars);
		CHECK(stickers_parse_rating(text) == half_stars * 10);
		CHECK(stickers_scale_rating(stickers_parse_rating(text)) == half_stars);
	}
	/* what other programs leave behind */
	CHECK(stickers_parse_rating("11") == -1);
	CHECK(stickers_parse_rating("-1") == -1);
	CHECK(stickers_parse_rating("5.5") == -1);
	CHECK(stickers_parse_rating("good") == -1);
	CHECK(stickers_parse_rating("") == -1);
	/* a device's own scale: 1, 25, 50, 75, 99 for one to five stars */
	CHECK(stickers_scale_rating(0) == 0);
	CHECK(stickers_scale_rating(1) == 1);
	CHECK(stickers_scale_rating(4) == 1);
	CHECK(stickers_scale_rating(14) == 1);
	CHECK(stickers_scale_rating(15) == 2);
	CHECK(stickers_scale_rating(25) == 3);
	CHECK(stickers_scale_rating(50) == 5);
	CHECK(stickers_scale_rating(75) == 8);
	CHECK(stickers_scale_rating(99) == 10);
	CHECK(stickers_scale_rating(-1) == -1);
	CHECK(stickers_scale_rating(101) == -1);
	return unit_failures != 0;
}
