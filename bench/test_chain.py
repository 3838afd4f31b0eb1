from chain import described, reads, round_trips, writes


def call(operation, start, end, service="S3"):
    return {"service": service, "operation": operation, "start": start, "end": end}


LAUNCH = [
    call("GetObject", 0, 20),
    call("GetObject", 1, 21),
    call("UpdateItem", 1, 22, "DynamoDB"),
    call("GetSecretValue", 23, 43, "SecretsManager"),
    call("RunJobFlow", 44, 64, "EMR"),
]


def test_calls_that_overlap_count_as_one_round_trip():
    assert len(round_trips(LAUNCH)) == 3
    assert described(LAUNCH) == (
        "2 S3 GetObject + DynamoDB UpdateItem -> SecretsManager GetSecretValue -> EMR RunJobFlow"
    )


def test_a_long_call_beside_a_chain_does_not_shorten_the_chain():
    assert len(round_trips([call("GetObject", 0, 60), *LAUNCH])) == 3


def test_reads_and_writes_are_told_apart():
    assert (reads(LAUNCH), writes(LAUNCH)) == (3, 2)


def test_no_call_is_no_round_trip():
    assert round_trips([]) == []
