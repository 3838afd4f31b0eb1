"""SNS subscriptions of functions, with the event that Lambda gets from SNS."""

import json

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.sns import models

from . import asynchronous


def install() -> None:
    """Replace moto's subscription, which sends functions a canned event."""
    models.Subscription = RealSubscription


class RealSubscription(models.Subscription):
    """A subscription that invokes functions asynchronously."""

    # moto files its models by the module they claim to be from.
    __module__ = "moto.sns.models"

    def publish(
        self,
        message: str,
        message_id: str,
        subject: str | None = None,
        message_attributes: dict | None = None,
        message_structure: str | None = None,
        **ordering,
    ) -> None:
        """Pass a message on, if the filter policy lets it."""
        if self.protocol != "lambda":
            super().publish(
                message,
                message_id,
                subject,
                message_attributes,
                message_structure=message_structure,
                **ordering,
            )
            return
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            return
        if message_structure == "json":
            message = self._parse_message_structure(message, self.protocol)
        self._invoke(_event(self, message, message_id, subject, message_attributes or {}))

    def _invoke(self, event: dict) -> None:
        region = self.endpoint.split(":")[3]
        try:
            function = lambda_backends[self.account_id][region].get_function(self.endpoint)
        except UnknownFunctionException:
            return
        asynchronous.enqueue(function, json.dumps(event).encode())


def _event(
    subscription: RealSubscription, message: str, message_id: str, subject: str | None, attributes: dict
) -> dict:
    notification = {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": subscription.topic_arn,
        "Subject": subject,
        "Message": message,
        "Timestamp": iso_8601_datetime_with_milliseconds(),
        "SignatureVersion": "1",
        "Signature": "local",
        "SigningCertUrl": "https://sns.local/certificate.pem",
        "UnsubscribeUrl": f"https://sns.local/?Action=Unsubscribe&SubscriptionArn={subscription.arn}",
        "MessageAttributes": {
            name: {"Type": given["Type"], "Value": given["Value"]} for name, given in attributes.items()
        },
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription.arn,
        "Sns": notification,
    }
    return {"Records": [record]}
