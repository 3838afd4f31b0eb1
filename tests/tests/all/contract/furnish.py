"""Lay down on a server what the script of the contract test reads."""

import gzip
import json
import sys

import boto3

given = json.load(sys.stdin)

s3 = boto3.client("s3")
for document in given["documents"]:
    s3.put_object(Bucket=given["bucket"], Key=document["key"], Body=bytes(document["content"]))
log = given["log"]
s3.put_object(
    Bucket=given["log_bucket"], Key=f"{log['folder']}/stderr.gz", Body=gzip.compress(log["text"].encode())
)

secrets = boto3.client("secretsmanager")
for name, text in given["secrets"]:
    try:
        secrets.create_secret(Name=name, SecretString=text)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=name, SecretString=text)

parameters = boto3.client("ssm")
for name, text in given["parameters"]:
    parameters.put_parameter(Name=name, Value=text, Type="SecureString", Overwrite=True)

emr = boto3.client("emr")
name = given["security_configuration"]
known = emr.list_security_configurations()["SecurityConfigurations"]
if name not in [configuration["Name"] for configuration in known]:
    emr.create_security_configuration(Name=name, SecurityConfiguration='{"EncryptionConfiguration": {}}')

print("null")
