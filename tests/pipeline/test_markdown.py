"""Tables in Markdown are read as such."""

from ecgfuse.pipeline.markdown import markdown_table


def test_table_has_a_line_per_row_below_head_and_rule() -> None:
    assert markdown_table(["row", "F1"], [["early", "0.7"], ["late", "0.8"]]) == (
        "| row | F1 |\n| --- | --- |\n| early | 0.7 |\n| late | 0.8 |"
    )
