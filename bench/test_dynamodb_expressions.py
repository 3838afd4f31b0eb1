import pytest

from dynamodb_expressions import equality, holds, updated

ITEM = {
    "Attempt": {"N": "10"},
    "Cluster_Id": {"S": "j-1"},
    "Outcome": {"S": "STEP_FAILED"},
    "Decision": {"M": {"cluster_id": {"S": "j-0"}}},
}
VALUES = {":two": {"N": "2"}, ":ten": {"N": "10.0"}, ":one": {"S": "j-1"}, ":zero": {"S": "j-0"}}


def satisfied(condition, item=ITEM):
    names = {f"#{name}": name for name in (*ITEM, "cluster_id", "Ended_Cluster_Id")}
    return holds({"ExpressionAttributeNames": names, "ExpressionAttributeValues": VALUES}, condition, item)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("#Cluster_Id = :one", True),
        ("#Cluster_Id = :zero", False),
        ("#Attempt > :two", True),
        ("#Attempt = :ten AND #Attempt >= :ten AND #Attempt <= :ten", True),
        ("#Attempt < :ten OR #Attempt <> :ten", False),
        ("#Attempt < :one", False),
        ("#Cluster_Id IN (:zero, :one)", True),
        ("NOT #Cluster_Id IN (:zero, :two)", True),
        ("attribute_exists(#Outcome) AND attribute_not_exists(#Ended_Cluster_Id)", True),
        ("attribute_exists(#Decision.#cluster_id)", True),
        ("attribute_exists(#Outcome.#cluster_id)", False),
        ("#Decision.#cluster_id <> :one", True),
        ("begins_with(Outcome, :one) OR contains(Cluster_Id, :one)", True),
    ],
)
def test_a_condition_is_true_of_an_item_or_not(condition, expected):
    assert satisfied(condition) is expected


def test_or_binds_less_than_and_and_brackets_bind_most():
    assert satisfied("#Cluster_Id = :one OR #Cluster_Id = :zero AND #Attempt = :two")
    assert not satisfied("(#Cluster_Id = :one OR #Cluster_Id = :zero) AND #Attempt = :two")


def test_what_is_not_there_differs_from_every_value_and_is_lower_than_none():
    assert satisfied("#Ended_Cluster_Id <> :one")
    assert not satisfied("#Ended_Cluster_Id = :one OR #Ended_Cluster_Id < :one OR #Ended_Cluster_Id > :one")


def test_of_an_item_that_is_not_there_only_absence_is_true():
    assert satisfied("attribute_not_exists(#Cluster_Id)", None)
    assert not satisfied("attribute_exists(#Cluster_Id)", None)


@pytest.mark.parametrize(
    "condition", ["size(#Attempt) > :two", "#Attempt BETWEEN :two AND :ten", "#Attempt =", "(#Attempt = :two"]
)
def test_what_is_not_understood_is_not_passed_over(condition):
    with pytest.raises(SyntaxError):
        satisfied(condition)


def test_an_update_reads_the_item_as_it_was_and_leaves_it_so():
    request = {
        "UpdateExpression": "SET #Cluster_Id = :zero, Attempt = if_not_exists(Attempt, :two),"
        " Before = if_not_exists(#Cluster_Id, :two) REMOVE #Outcome, Nothing",
        "ExpressionAttributeNames": {"#Cluster_Id": "Cluster_Id", "#Outcome": "Outcome"},
        "ExpressionAttributeValues": VALUES,
    }
    before = dict(ITEM)
    after = updated(request, before)
    assert before == ITEM
    assert after == {
        "Attempt": {"N": "10"},
        "Cluster_Id": {"S": "j-0"},
        "Before": {"S": "j-1"},
        "Decision": ITEM["Decision"],
    }


def test_a_clause_that_is_not_known_is_not_passed_over():
    with pytest.raises(SyntaxError):
        updated({"UpdateExpression": "ADD Attempt :two", "ExpressionAttributeValues": VALUES}, ITEM)


def test_a_key_condition_says_what_it_asks_of_a_column():
    request = {"ExpressionAttributeNames": {"#c": "Cluster_Id"}, "ExpressionAttributeValues": VALUES}
    assert equality(request, "#c = :one AND begins_with(DataProduct, :two)", "Cluster_Id") == {"S": "j-1"}
    with pytest.raises(SyntaxError):
        equality(request, "#c = :one", "Open")
