from fake_dynamodb import Table

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
