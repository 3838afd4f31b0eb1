import pytest

from fake_dynamodb import PAGE, Refused, Table
from filler import ROW, fill

KEY = {"Correlation_Id": {"S": "c"}, "DataProduct": {"S": "PDM"}}


def update(table, expression, **values):
    names = {f"#{name}": name for name in ("Status", "Cluster_Id")}
    bound = {f":{name}": {"S": value} for name, value in values.items()}
    request = {"Key": KEY, "UpdateExpression": expression, "ExpressionAttributeNames": names}
    return table.answer("UpdateItem", {**request, "ExpressionAttributeValues": bound})


def query(table, expression, index=None, **values):
    bound = {f":{name}": {"S": value} for name, value in values.items()}
    request = {"KeyConditionExpression": expression, "ExpressionAttributeValues": bound}
    request |= {"IndexName": index} if index else {}
    return table.answer("Query", request)["Items"]


def test_what_was_set_is_read_again():
    table = Table()
    update(table, "SET #Status = :a, #Cluster_Id = :b", a="LAUNCHING", b="j-1")
    assert table.answer("GetItem", {"Key": KEY})["Item"]["Cluster_Id"] == {"S": "j-1"}


def test_what_is_set_only_where_absent_stays():
    table = Table()
    update(table, "SET #Status = :a", a="LAUNCHING")
    update(table, "SET #Status = if_not_exists(#Status, :a), #Cluster_Id = :b", a="other", b="j-1")
    assert table.answer("GetItem", {"Key": KEY})["Item"] == {
        **KEY,
        "Status": {"S": "LAUNCHING"},
        "Cluster_Id": {"S": "j-1"},
    }


def test_a_query_finds_by_partition_by_index_and_by_the_start_of_the_sort_key():
    table = Table()
    update(table, "SET Cluster_Id = :b", b="j-1")
    assert len(query(table, "Correlation_Id = :c", c="c")) == 1
    prefixed = "Cluster_Id = :c AND begins_with(DataProduct, :p)"
    assert len(query(table, prefixed, "Cluster_Id-index", c="j-1", p="PD")) == 1
    assert query(table, prefixed, "Cluster_Id-index", c="j-1", p="X") == []


def conditional(sort, condition, show=True):
    key = {**KEY, "DataProduct": {"S": sort}}
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if show else {}
    values = {":a": {"S": "written"}}
    request = {"Key": key, "UpdateExpression": "SET Note = :a", "ConditionExpression": condition, **shown}
    return {**request, "ExpressionAttributeValues": values}


def test_a_write_whose_condition_does_not_hold_changes_nothing_and_shows_what_it_found():
    table = Table()
    update(table, "SET #Status = :a", a="LAUNCHING")
    before = table.answer("GetItem", {"Key": KEY})["Item"]
    with pytest.raises(Refused) as refused:
        table.answer("UpdateItem", conditional("PDM", "attribute_not_exists(Status)"))
    assert refused.value.answer["__type"].endswith("#ConditionalCheckFailedException")
    assert refused.value.answer["Item"] == before
    assert table.answer("GetItem", {"Key": KEY})["Item"] == before


def test_a_transaction_is_made_whole_or_not_at_all():
    table = Table()
    update(table, "SET #Status = :a", a="LAUNCHING")
    fine = {"Update": conditional("PDM#attempt#1", "attribute_not_exists(Note)")}
    unfit = {"Update": conditional("PDM", "attribute_not_exists(Status)")}
    with pytest.raises(Refused) as refused:
        table.answer("TransactWriteItems", {"TransactItems": [fine, unfit]})
    reasons = refused.value.answer["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert len(query(table, "Correlation_Id = :c", c="c")) == 1
    table.answer("TransactWriteItems", {"TransactItems": [fine]})
    assert len(query(table, "Correlation_Id = :c", c="c")) == 2


def test_an_index_follows_its_column():
    table = Table()
    update(table, "SET #Cluster_Id = :a", a="j-1")
    update(table, "SET #Cluster_Id = :a", a="j-2")
    by_cluster = ("Cluster_Id = :c", "Cluster_Id-index")
    assert query(table, *by_cluster, c="j-1") == []
    assert len(query(table, *by_cluster, c="j-2")) == 1
    update(table, "REMOVE #Cluster_Id")
    assert query(table, *by_cluster, c="j-2") == []
    update(table, "SET #Cluster_Id = :a", a="j-3")
    table.answer("DeleteItem", {"Key": KEY})
    assert [query(table, *by_cluster, c=f"j-{number}") for number in (1, 2, 3)] == [[], [], []]


def pages(table, **request):
    start = {}
    while True:
        answer, read = table.measured("Scan", {**request, **start})
        yield answer, read
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def test_a_scan_reads_every_item_once_in_pages_of_a_mebibyte_and_filters_afterwards():
    table = Table()
    fill(table.storage, 4000)
    update(table, "SET #Cluster_Id = :a", a="j-1")
    every = list(pages(table))
    keys = [item["Correlation_Id"]["S"] for answer, _ in every for item in answer["Items"]]
    assert len(keys) == len(set(keys)) == 4001
    assert [PAGE <= read["bytes"] < PAGE + 1000 for _, read in every] == [True, True, False]

    some = list(
        pages(table, FilterExpression="Cluster_Id = :c", ExpressionAttributeValues={":c": {"S": "j-1"}})
    )
    assert [read for _, read in some] == [read for _, read in every]
    assert [item["Correlation_Id"] for answer, _ in some for item in answer["Items"]] == [{"S": "c"}]


def test_a_query_reads_what_it_asks_for_however_large_the_table_is():
    table = Table()
    update(table, "SET #Cluster_Id = :a", a="j-1")
    request = {"KeyConditionExpression": "Cluster_Id = :c", "IndexName": "Cluster_Id-index"}
    request |= {"ExpressionAttributeValues": {":c": {"S": "j-1"}}}
    alone = table.measured("Query", request)
    fill(table.storage, 4000)
    assert table.measured("Query", request) == alone
    # Correlation_Id c, DataProduct PDM, Cluster_Id j-1
    assert alone[1] == {"items": 1, "bytes": 15 + 14 + 13, "units": 0.5}


def test_a_consistent_read_costs_a_unit_for_each_begun_four_kibibytes():
    table = Table()
    update(table, "SET Note = :a", a="x" * 5000)
    assert table.measured("GetItem", {"Key": KEY, "ConsistentRead": True})[1]["units"] == 2
    assert table.measured("GetItem", {"Key": KEY})[1]["units"] == 1


def test_rows_that_fill_a_table_are_found_as_others_are():
    table = Table()
    fill(table.storage, 10)
    (found,) = query(table, "Cluster_Id = :c", "Cluster_Id-index", c="j-F0000000007")
    assert found["Correlation_Id"] == {"S": "export-0000000007"}
    assert found.keys() == ROW.keys()
    fill(table.storage, 25)
    assert table.storage.count == 25
