"""The AWS services that emr-relay uses, really running on one machine."""
