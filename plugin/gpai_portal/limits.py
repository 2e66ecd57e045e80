"""How much is taken in from outside: sizes in bytes, times in seconds. Who reads foreign input takes its bound here.

Each bound is far above what real documents need, and each refusal says the bound and what to do.
"""

from __future__ import annotations

#: One YAML file of the content or of the private folder.
MAX_BYTES = 1_000_000

#: Levels of mappings and lists in each other.
MAX_DEPTH = 50

#: Characters of a key, and problems of one file that are told; beyond them a file is not this tool's at all.
MAX_KEY = 100
MAX_PROBLEMS = 1_000

#: The largest whole number that every reader of JSON keeps digit by digit (RFC 8259, section 6).
MAX_INTEGER = (1 << 53) - 1

#: Combining marks on one character. Tibetan stacks and Hebrew with vowels and accents need up to six.
MAX_MARKS = 10

#: A list of names or files beside a document, and the largest one that is compared line by line.
MAX_LIST_BYTES = 200 * MAX_BYTES
MAX_COMPARED_BYTES = 100 * MAX_BYTES

#: Domain names that came or went which are shown; longer lists of them are downloads.
MAX_SHOWN_NAMES = 30

#: Names of a list beside a document that have a page of their own, so that the search of the site finds them.
MAX_LISTED_NAMES = 1_000

#: A file that a document offers: kept beside its record as it is, or compressed; what is larger, no version control
#: takes (GitHub warns from 50 MB on), and it is kept outside.
MAX_KEPT_PLAIN = MAX_BYTES
MAX_KEPT_BYTES = 50 * MAX_BYTES

#: Names in one file of the index of all lists, and bits that tell these files apart: at most 16,384 of them.
MAX_INDEX_NAMES = 350
MAX_INDEX_BITS = 14

#: Records of a table that stand open as cards; more fold in groups, and still more have a page of their own.
MAX_OPEN_RECORDS = 8
MAX_SHOWN_RECORDS = 50

#: A table beside a document, all of whose rows are shown and recorded.
MAX_TABLE_BYTES = MAX_BYTES
MAX_TABLE_ROWS = 5_000

#: Words and marks of a text whose changes are marked one by one, and pairs of rows of a table that are looked at to see
#: whether one row became the other.
MAX_MARKED_WORDS = 30_000
MAX_PAIRED_ROWS = 40_000

#: One answer of a host, and the time to wait for its next bytes.
MAX_ANSWER_BYTES = 100_000_000
ANSWER_SECONDS = 30

#: A key file, and a request for access: a text, or a mail with its pictures.
MAX_KEY_BYTES = 10_000
MAX_REQUEST_BYTES = 5_000_000

#: Parts of a mail that hold others (each may have ten of its own), and characters of the line that says what a part is.
MAX_MAIL_PARTS = 50
MAX_MAIL_HEADER = 2_000

#: A private document in Markdown, which takes seconds for some texts of this size.
MAX_MARKDOWN_BYTES = 500_000

#: Brackets within brackets of a line of Markdown; what is deeper stays as it is written.
MAX_BRACKETS = 20

#: Web addresses and addresses of mail in one text that has nothing else to mark them as links.
MAX_ADDRESSES = 1_000

#: A site on the web that is verified: files asked for, bytes read, seconds for all of it.
MAX_SITE_ANSWERS = 50_000
MAX_SITE_BYTES = 500_000_000
MAX_SITE_SECONDS = 900
MAX_REDIRECTS = 5

#: A JSON file that somebody else may have written: an index or a record of a site on the web.
MAX_JSON_BYTES = 25_000_000

#: Blocks within blocks of Markdown, of which a list takes two; text beyond them would be lost without a word.
MAX_MARKDOWN_NESTING = 200

#: What is unpacked of one file in all, where something private is looked for; places in it that only look like the
#: beginning of a packed stream; and how many times something may be packed in something.
MAX_UNPACKED_BYTES = 200_000_000
MAX_STREAMS = 200_000
MAX_PACKING = 3

#: Characters of a file name that comes from outside; with four bytes each, any file system takes it.
MAX_NAME = 60

#: Bytes of a copy of the Public Suffix List; it has about 300,000.
MAX_SUFFIXES = 5_000_000

#: Modalities that a manifest tells apart; a column with more holds something else.
MAX_MODALITIES = 100
