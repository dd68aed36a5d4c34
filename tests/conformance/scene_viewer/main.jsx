// Shows one scene with AWS IoT App Kit's scene viewer: ?workspace=ID&scene=ID#key=SECRET. The API has the page's origin.
import "@cloudscape-design/global-styles/index.css";
import { IoTTwinMakerClient } from "@aws-sdk/client-iottwinmaker";
import { S3Client } from "@aws-sdk/client-s3";
import { SceneViewer } from "@iot-app-kit/scene-composer";
import { initialize } from "@iot-app-kit/source-iottwinmaker";
import { createRoot } from "react-dom/client";

const parameters = new URLSearchParams(location.search);
const secretAccessKey = new URLSearchParams(location.hash.slice(1)).get("key");
const credentials = { accessKeyId: "000000000000", secretAccessKey };
const config = { endpoint: location.origin, region: "us-east-1", credentials };
const source = initialize(parameters.get("workspace"), {
  awsCredentials: credentials,
  awsRegion: "us-east-1",
  iotTwinMakerClient: new IoTTwinMakerClient({ ...config, disableHostPrefix: true }),
  s3Client: new S3Client({ ...config, forcePathStyle: true }),
});

createRoot(document.getElementById("root")).render(
  <SceneViewer
    sceneComposerId="conformance"
    sceneLoader={source.s3SceneLoader(parameters.get("scene"))}
    valueDataBindingProviders={source.valueDataBindingProviders()}
    viewport={{ duration: "15m" }}
    dataBindingQueryRefreshRate={5000}
    onSelectionChanged={(event) => (globalThis.selected = event)}
  />,
);
