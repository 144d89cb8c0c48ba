"""The block and element types the demo page can draw, for tests of message and view builders.

The page's own registries (``blocks.js``, ``elements.js``) are the truth; a test holds both equal.
"""

DRAWABLE_BLOCKS = frozenset(
    {
        "actions",
        "context",
        "data_table",
        "divider",
        "header",
        "image",
        "input",
        "markdown",
        "rich_text",
        "section",
        "table",
    }
)

DRAWABLE_ELEMENTS = frozenset(
    {
        "button",
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "external_select",
        "file_input",
        "image",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "static_select",
        "timepicker",
        "url_text_input",
        "users_select",
    }
)
