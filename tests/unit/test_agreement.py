"""How far two readers agree is counted field by field."""

from knowledge.understanding.agreement import agree, agreement, either


def test_any_shared_value_is_agreement_and_so_is_saying_nothing() -> None:
    assert agree({"concerns": ["neglect", "physical_abuse"]}, {"concerns": ["physical_abuse"]}, "concerns")
    assert not agree({"concerns": ["neglect"]}, {"concerns": []}, "concerns")
    assert agree({"concerns": []}, {"concerns": []}, "concerns")
    assert agree({"subject": ["child"]}, {"subject": "child"}, "subject")


def test_only_messages_that_both_read_are_compared() -> None:
    first: dict[str, dict[str, object]] = {
        "a": {"intent": "concern", "routes": ["x", "y"]},
        "b": {"intent": "help", "routes": []},
    }
    second: dict[str, dict[str, object]] = {"a": {"intent": "guidance", "routes": ["y"]}, "c": {"intent": "help"}}
    assert list(agreement(first, second)) == [("intent", 0.0, 1), ("first route", 1.0, 1)]


def test_what_either_reader_holds_right_is_right_and_what_both_ask_for_has_to_be_shown() -> None:
    routes = {"first_route": ["lado"], "must_show": ["lado", "pipot"], "routes": ["lado", "pipot"]}
    first = {"intent": "concern", "subject": ["child"], "urgency": ["today"], "concerns": ["neglect"], **routes}
    second = {**first, "subject": ["both", "child"], "must_show": ["lado"], "first_route": ["prevent"]}
    joined = either(first, second)
    assert joined["subject"] == ["child", "both"]
    assert joined["first_route"] == ["lado", "prevent"]
    assert joined["must_show"] == ["lado"]
    assert either(first, {**second, "intent": "guidance"}) == first
    assert either(first, None) == first
