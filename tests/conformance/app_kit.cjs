// Reads a scene and polls a time series with AWS IoT App Kit, as its scene viewer does, without a browser.
// Usage: node app_kit.cjs ENDPOINT WORKSPACE SCENE ENTITY COMPONENT PROPERTY; prints a JSON line for each result
// until it is stopped. The secret is in the environment.
"use strict";

// The parts of a browser that the data source uses: it stops requests while a page is hidden.
globalThis.document = { hidden: false, addEventListener() {} };
globalThis.window = globalThis;
const { IoTTwinMakerClient } = require("@aws-sdk/client-iottwinmaker");
const { S3Client } = require("@aws-sdk/client-s3");
const { initialize } = require("@iot-app-kit/source-iottwinmaker");

const [endpoint, workspaceId, sceneId, entityId, componentName, propertyName] = process.argv.slice(2);
const awsCredentials = { accessKeyId: "000000000000", secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY };
const config = { endpoint, region: "us-east-1", credentials: awsCredentials };
const source = initialize(workspaceId, {
  awsCredentials,
  awsRegion: "us-east-1",
  iotTwinMakerClient: new IoTTwinMakerClient({ ...config, disableHostPrefix: true }),
  s3Client: new S3Client({ ...config, forcePathStyle: true }),
});
const print = (result) => console.log(JSON.stringify(result));

async function main() {
  const loader = source.s3SceneLoader(sceneId);
  const uri = await loader.getSceneUri();
  const document = JSON.parse(Buffer.from(await loader.getSceneObject(uri)).toString());
  const model = document.nodes.flatMap((node) => node.components).find(({ type }) => type === "ModelRef");
  const bytes = Buffer.from(await loader.getSceneObject(new URL(model.uri, uri).href));
  print({ scene: { uri, nodes: document.nodes.length, model: bytes.subarray(0, 4).toString() } });

  const { sceneId: id, contentLocation } = await source.sceneMetadataModule(sceneId).getSceneInfo();
  print({ info: { sceneId: id, contentLocation } });

  const query = { entityId, componentName, properties: [{ propertyName }] };
  const settings = { refreshRate: 500, fetchFromStartToEnd: true };
  const request = { viewport: { duration: "1h" }, settings };
  source.query.timeSeriesData(query).build("session", request).subscribe({
    next(results) {
      for (const { data, error, isLoading, dataType, name } of results.flatMap(({ dataStreams }) => dataStreams)) {
        if (error || (!isLoading && data.length)) print({ series: { data, error, dataType, name } });
      }
    },
  });
}

main().catch((error) => {
  print({ failed: String(error.stack) });
  process.exit(1);
});
