"""Rules of the hosted page of a stage."""

from __future__ import annotations

from twin_stack.definition.rule import Rule

WEB_APP_ADDRESS = Rule(
    "TWIN280",
    "web-app-address",
    """The host name of the hosted page lacks its certificate, or is not in its hosted zone.

    CloudFront serves another host name than its own only with a certificate of that name, and the records of
    `hostedZone` are those of `domainName`.

    Bad:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "prod",
                  "stages": {
                    "prod": {
                      "model": "MODEL",
                      "webApp": {"domainName": "twin.example.com"}
                    }
                  }
                }
              }
            }

    Finding:
        cdk.json:8:21 TWIN280 domainName and certificateArn require each other, and certificateArn is missing;
        give both with the zone of the name, or none for the host name that CloudFront generates

    Fix:
        Request a certificate of the host name in us-east-1 and write its ARN, or remove `domainName`.

    Good:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "prod",
                  "stages": {
                    "prod": {
                      "model": "MODEL",
                      "webApp": {
                        "domainName": "twin.example.com",
                        "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/5f0e4b8c-2b64",
                        "hostedZone": {"id": "Z0123456789ABC", "name": "example.com"}
                      }
                    }
                  }
                }
              }
            }
    """,
    remedy="give both with the zone of the name, or none for the host name that CloudFront generates",
)
WEB_APP_ELSEWHERE = Rule(
    "TWIN281",
    "web-app-elsewhere",
    """The certificate, the web ACL or the user pool of the hosted page is in an unusable region.

    CloudFront reads certificates in us-east-1 and web ACLs of the scope CLOUDFRONT, which is in us-east-1
    too, wherever the stage is deployed. An existing user pool gets a client, which is created in the region
    of the stage.

    Bad:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "prod",
                  "stages": {
                    "prod": {
                      "model": "MODEL",
                      "webApp": {
                        "webAclArn": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/plant/5f0e4b8c"
                      }
                    }
                  }
                }
              }
            }

    Finding:
        cdk.json:9:26 TWIN281 web ACL ARN "arn:aws:wafv2:eu-west-1:111122223333:regional/weba..." (67
        characters) is not allowed: 20 to 2048 characters, in us-east-1, such as
        arn:aws:wafv2:us-east-1:111122223333:global/webacl/plant/5f0e4b8c; create it in us-east-1 and write
        its ARN

    Fix:
        Create the certificate or the web ACL in us-east-1 and write its ARN. Name a user pool of the region
        of the stage.

    Good:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "prod",
                  "stages": {
                    "prod": {
                      "model": "MODEL",
                      "webApp": {
                        "webAclArn": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/plant/5f0e4b8c"
                      }
                    }
                  }
                }
              }
            }
    """,
    remedy="create it in us-east-1 and write its ARN",
)
WEB_APP_SIGN_IN = Rule(
    "TWIN282",
    "web-app-sign-in",
    """The hosted page has two ways to sign in, or settings of a user pool that it does not use.

    Users sign in by a new user pool, by the existing one of `userPool`, or by the provider of `oidc`. `mfa`,
    `samlMetadataUrl` and `signInDomainPrefix` are settings of a new user pool, and `sessionHours` of any.

    Bad:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "prod",
                  "stages": {
                    "prod": {
                      "model": "MODEL",
                      "webApp": {
                        "mfa": "optional",
                        "oidc": {"issuer": "https://login.example.com", "clientId": "twin"}
                      }
                    }
                  }
                }
              }
            }

    Finding:
        cdk.json:8:21 TWIN282 oidc and mfa exclude each other: mfa is a setting of a new user pool; keep
        one of them

    Fix:
        Keep one way to sign in. Set the second factor of an existing pool or provider there.

    Good:
        cdk.json:
            {
              "context": {
                "twin-stack": {
                  "defaultStage": "prod",
                  "stages": {
                    "prod": {
                      "model": "MODEL",
                      "webApp": {
                        "oidc": {"issuer": "https://login.example.com", "clientId": "twin"}
                      }
                    }
                  }
                }
              }
            }
    """,
    remedy="keep one of them",
)
