"""Conditions on rows that others write."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def table(cloud):
    name, keys = cloud.unique(), [{"AttributeName": "Id", "KeyType": "HASH"}]
    cloud.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
        KeySchema=keys,
    )
    return name


@pytest.mark.parametrize("comparison", ["<", "<=", ">", ">="])
def test_a_text_is_neither_less_nor_greater_than_a_number(cloud, table, comparison):
    dynamodb, key = cloud.client("dynamodb"), {"Id": {"S": "a"}}
    dynamodb.put_item(TableName=table, Item={**key, "Count": {"S": "2"}})

    with pytest.raises(ClientError) as refused:
        dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET Seen = :n",
            ConditionExpression=f"attribute_not_exists(#count) OR #count {comparison} :n",
            ExpressionAttributeNames={"#count": "Count"},
            ExpressionAttributeValues={":n": {"N": "3"}},
        )

    assert refused.value.response["Error"]["Code"] == "ConditionalCheckFailedException"
