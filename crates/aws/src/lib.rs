//! The adapters of emr-relay: ports of the domain, answered by AWS.
