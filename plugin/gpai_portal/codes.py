"""Every kind of problem that can be reported: its code, how severe it is, and what it says in a few words.

Codes are part of the interface of the command: programs and workflows filter by them. The guide explains each.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Severity(StrEnum):
    """An error stops a build; a warning is counted and shown; what is to do stops a publication."""

    ERROR = "error"
    WARNING = "warning"
    TODO = "todo"


class Code(StrEnum):
    """The code of a problem.

    ``says`` tells what is wrong without quoting anything, so that it may stand in place of a message about a private
    file. ``severity`` is how severe the problem is; one that ``is_gap`` is a warning in a transcription, whose
    transcriber cannot close it.
    """

    severity: Severity
    says: str
    is_gap: bool

    def __new__(cls, value: str, severity: str, says: str) -> Self:
        code = str.__new__(cls, value)
        code._value_ = value
        code.severity = Severity.ERROR if severity == "gap" else Severity(severity)
        code.is_gap = severity == "gap"
        code.says = says
        return code

    def severity_in(self, transcription: bool) -> Severity:
        """How severe the problem is in a document of one's own, or in a transcription."""
        return Severity.WARNING if transcription and self.is_gap else self.severity

    # Files and names
    MISSING_FILE = "missing-file", "error", "there is no such file"
    UNKNOWN_FILE = "unknown-file", "error", "no document of this name belongs here"
    UNKNOWN_FOLDER = "unknown-folder", "error", "the files in this folder are not read"
    BAD_ID = "bad-id", "error", "the name cannot be part of a web address, or not every system can have it"
    SYMBOLIC_LINK = "symbolic-link", "error", "symbolic links are not followed"
    UNREADABLE_FILE = "unreadable-file", "error", "this cannot be read"
    FILE_TOO_LARGE = "file-too-large", "error", "the file is too large"
    NOT_UTF8 = "not-utf8", "error", "the file is not UTF-8"

    # YAML
    YAML_SYNTAX = "yaml-syntax", "error", "not valid YAML"
    YAML_CHARACTER = "yaml-character", "error", "a character that no page may hold"
    YAML_TAG = "yaml-tag", "error", "tags are not allowed"
    YAML_ALIAS = "yaml-alias", "error", "aliases are not allowed"
    DUPLICATE_KEY = "duplicate-key", "error", "a key stands twice"
    BAD_KEY = "bad-key", "error", "a key must be text"
    NOT_A_NUMBER = "not-a-number", "error", "this is no number that can be kept"
    TOO_MANY = "too-many-problems", "error", "the file has more problems than are listed"
    TOO_DEEP = "too-deep", "error", "too many levels of nesting"

    # Tables beside a document
    TABLE_FILE = "table-file", "error", "a row of the table cannot be read"
    FORMULA = "formula", "error", "a spreadsheet would run a cell as a formula"

    # Form of the answers
    WRONG_TYPE = "wrong-type", "error", "the value is of another kind than the field"
    OPEN_FIELD = "open-field", "todo", "a field of a document that was never published is still open"
    MISSING_FIELD = "missing-field", "error", "a required answer is missing"
    UNKNOWN_KEY = "unknown-key", "error", "there is no field of this name"
    COMPOSED_FIELD = "composed-field", "error", "this fact is taken from another file"
    NOT_AN_OPTION = "not-an-option", "error", "the value is no option of the field"
    BAD_FORMAT = "bad-format", "error", "the value has not the expected form"
    EMPTY_TEXT = "empty-text", "error", "the text is empty"
    EMPTY_LIST = "empty-list", "error", "nothing is in it"
    TOO_LONG = "too-long", "error", "the text is too long"
    MISSING_UNIT = "missing-unit", "error", "a figure without its unit"
    NOT_VALID = "not-valid", "error", "the value breaks a rule of the schema"

    # Answers that disclose nothing
    NOT_DISCLOSED = "not-disclosed", "warning", "a required field is not disclosed"
    NOT_KNOWN = "not-known", "warning", "a required field is answered as not known"
    UNANSWERED = "unanswered", "gap", "the field is left empty"
    NOT_READABLE = "not-readable", "gap", "the original cannot be read at this place"
    NOT_IN_SOURCE = "not-in-source", "error", "this state is only for what the official form does not ask"
    EMPTY_ANSWER = "empty-answer", "gap", "this state is no answer to the field"
    PLACEHOLDER_TEXT = "placeholder-text", "gap", "the text says nothing"
    ONLY_BY_REFERENCE = "only-by-reference", "warning", "a required field is answered by a reference only"
    ODD_ANSWER = "odd-answer", "warning", "an answer that the form does not offer"
    REASON_MISSING = "reason-missing", "gap", "the state gives no reason"
    REFERENCE_MISSING = "reference-missing", "gap", "the state refers to nothing"
    VAGUE_DOMAINS = "vague-domains", "error", "domain names are asked for"
    SIZE_MISSING = "size-missing", "gap", "no range is ticked"
    VAGUE_WORDING = "vague-wording", "warning", "the wording leaves open which, and how many"
    COMMON_CRAWL_UNSPECIFIED = "common-crawl-unspecified", "warning", "Common Crawl without its snapshots or filters"
    ONLY_COMMON_CRAWL = "only-common-crawl", "warning", "only Common Crawl is named, and nothing is said of others"
    CHILD_ABUSE_NOT_ADDRESSED = (
        "child-abuse-not-addressed",
        "warning",
        "nothing is said of measures against child sexual abuse material",
    )
    HEDGED_WORDING = "hedged-wording", "warning", "the wording leaves open what was done"
    TOO_MANY_WORDS = "too-many-words", "warning", "more words than the Form recommends"
    TOO_FEW_FIGURES = "too-few-figures", "warning", "fewer significant figures than the Form asks for"

    # Dates
    BAD_DATE = "bad-date", "error", "not a day of the calendar"
    DATE_IMPRECISE = "date-imprecise", "warning", "the date is less exact than asked"
    DATE_IN_FUTURE = "date-in-future", "error", "the date is in the future"
    DATE_ORDER = "date-order", "gap", "two dates contradict each other"
    UPDATE_DUE = "update-due", "warning", "an updated summary is due"
    UPDATE_OVERDUE = "update-overdue", "warning", "an updated summary was due"
    UPDATED_BEFORE_PLACEMENT = "updated-before-placement", "warning", "the document is older than a model it describes"
    DATA_AFTER_PLACEMENT = "data-after-placement", "warning", "data is newer than the model"
    DATASET_AFTER_ACQUISITION = "dataset-after-acquisition", "warning", "a dataset is newer than the latest data"
    PERIOD_WITHOUT_START = "period-without-start", "warning", "a period has no beginning"
    PREVIOUS_VERSIONS_MISSING = "previous-versions-missing", "warning", "no earlier version is linked"

    # Between fields and files
    MISSING_DOCUMENT = "missing-document", "gap", "a document is missing"
    UNKNOWN_RELEASE = "unknown-release", "error", "there is no such release"
    ITEM_IN_TWO_FILES = "item-in-two-files", "error", "the same item stands in two files"
    SAME_SEQUENCE = "same-sequence", "error", "two releases have the same place in the order"
    SAME_NAME = "same-name", "warning", "two releases of a model have the same name"
    UNKNOWN_VERSION = "unknown-version", "error", "there is no such version of a release that is covered"
    UNKNOWN_FIELD = "unknown-field", "error", "there is no such field"
    GAPS_NOT_LEGACY = "gaps-not-legacy", "gap", "information gaps may not be stated for this model"
    SCOPE_WITHOUT_DEPENDENCY = "scope-without-dependency", "gap", "no model that was modified is named"
    REPRESENTATIVE_MISSING = "representative-missing", "gap", "no authorised representative is named"
    REPRESENTATIVE_OUTSIDE = "representative-outside", "warning", "the representative is not established in the Union"
    CONTACT_MISSING = "contact-missing", "warning", "a contact is missing"
    CONTACT_WITHOUT_WAY = "contact-without-way", "warning", "a contact cannot be reached in writing"
    EXEMPTION_WITH_SYSTEMIC_RISK = "exemption-with-systemic-risk", "gap", "Art. 53(2) does not exempt this model"
    CHANNEL_WITHOUT_SUMMARY = "channel-without-summary", "warning", "a channel does not link to the summary"
    SIGNATORY_MISMATCH = "signatory-mismatch", "gap", "two files disagree on whether a chapter was signed"
    CRAWLER_MISMATCH = "crawler-mismatch", "warning", "the copyright policy does not describe a crawler"
    CRAWLER_IS_DATASET = "crawler-is-dataset", "warning", "a dataset is named as a crawler"
    UNKNOWN_PROTOCOL = "unknown-protocol", "error", "there is no such opt-out protocol in the registry"
    MODALITY_MISMATCH = "modality-mismatch", "warning", "a modality of a source is none of the training data"
    ANSWERED_DESPITE_NO = "answered-despite-no", "warning", "answered although the question above it is answered No"
    SIZE_WITHOUT_MODALITY = "size-without-modality", "error", "a size does not say which modality of its row it is of"
    SIZE_MISMATCH = "size-mismatch", "gap", "the figure does not lie in the range that is ticked"
    AMOUNT_MISMATCH = "amount-mismatch", "gap", "the amount stated of a source does not go with other answers"
    DOMAINS_TOO_FEW = "domains-too-few", "gap", "fewer domain names are listed than asked for"
    DOMAINS_METHOD = "domains-method", "error", "the list of domain names is not what the record of its method says"
    DOMAINS_SHARE_UNKNOWN = "domains-share-unknown", "warning", "the share of domain names that is listed is not known"
    GENERATOR_IS_MODEL = "generator-is-model", "warning", "the model is named as generator of its own training data"
    GENERATOR_MISSING = "generator-missing", "warning", "a model that made training data is missing in section 2.5"
    CRAWLING_CONTRADICTED = "crawling-contradicted", "warning", "two places disagree on whether there are crawlers"
    RESERVATIONS_NOT_ADDRESSED = "reservations-not-addressed", "warning", "no measure to respect reservations"
    FORM_SUMMARY_MISMATCH = "form-summary-mismatch", "warning", "the Form and the summary contradict each other"
    BEYOND_AUDIENCE = "beyond-audience", "error", "the item is not intended for the public"
    PRECISION_MISMATCH = "precision-mismatch", "error", "the coarse value and the exact one do not agree"

    # Private folder and sealed set
    NO_AUDIENCE = "no-audience", "error", "what stands here has no audience marks"
    FORM_LEFT_OUT = "form-left-out", "warning", "a form with open fields is left out of what chosen readers get"
    OPEN_ITEM = "open-item", "warning", "items meant for downstream providers are not answered"
    OFFER_NOT_DECLARED = "offer-not-declared", "warning", "pages do not say what recipients get of an exempt model"
    UNUSABLE_KEY = "unusable-key", "error", "this is no usable public key"
    FINGERPRINT_MISMATCH = "fingerprint-mismatch", "error", "the fingerprint is not that of the key"
    SAME_ID = "same-id", "error", "two recipients have one id"
    SAME_KEY = "same-key", "error", "two recipients have one key"
    NOT_POST_QUANTUM = "not-post-quantum", "error", "the key is not post-quantum"
    NOT_SEALED = "not-sealed", "error", "the sealed set lets in others than the list of recipients"
    LEAK = "leak", "error", "something private stands where it must not"
    UNREAD = "unread", "error", "a file was not searched"

    # Records and finished sites
    RECORD_CHANGED = "record-changed", "error", "a record was changed after it was written"
    RECORD_MISSING = "record-missing", "error", "a record is missing"
    RECORD_REDACTED = "record-redacted", "warning", "a record was redacted"
    REDACTION_UNFINISHED = "redaction-unfinished", "error", "a record is redacted and still here"
    CHAIN_BROKEN = "chain-broken", "error", "a record does not follow the one before"
    SIGNATURE_WRONG = "signature-wrong", "error", "a signature is not that of its record"
    SIGNATURE_MISSING = "signature-missing", "warning", "a record is not signed"
    HEAD_MISSING = "head-missing", "error", "the record you know is not in the chain"
    KEY_CHANGED = "key-changed", "error", "the key is not the one expected"
    KEY_MISSING = "key-missing", "error", "records are signed, and the key is missing"
    FILE_CHANGED = "file-changed", "error", "a file is not what was published"
    FILE_OUTSIDE = "file-outside", "warning", "a file is too large to be kept beside its record, and was not checked"
    FILE_MISSING = "file-missing", "error", "a file is missing"
    FILE_UNKNOWN = "file-unknown", "warning", "a file is not among the checksums"
    PUBLISHED_MISSING = "published-missing", "error", "a published document is gone"
    NOT_PUBLISHED = "not-published", "warning", "a document differs from what was published last"
    CONTENT_INVALID = "content-invalid", "warning", "the content has errors"
    SITE_TOO_LARGE = "site-too-large", "error", "the site is too large for its host"
    NO_POLICY = "no-policy", "warning", "a page has no Content Security Policy"
    BLOCKED = "blocked", "warning", "the Content Security Policy blocks something on a page"
