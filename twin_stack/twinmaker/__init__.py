"""What AWS documents about IoT TwinMaker and IoT SiteWise: names, patterns, limits, inheritance, formulas.

Every other room takes these facts from here. This room imports nothing of the project. Each fact names its
source: "botocore" is the service model that botocore ships (``iottwinmaker`` 2021-11-29, ``iotsitewise``
2019-12-02), "CloudFormation" the resource schemas of ``AWS::IoTTwinMaker::*``, "guide" the user guide of the
service. What no source decides is marked [U].
"""
