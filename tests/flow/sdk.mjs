// Makes the calls of each line with AWS's JavaScript SDK, and prints a line with what it makes of the answers.
// Endpoint and credentials are those of the environment.
// A line is '[["GetEntity", {...}], ...]'; GetObject goes to S3, all else to TwinMaker.
import { createInterface } from "node:readline";
import * as s3 from "@aws-sdk/client-s3";
import * as twinmaker from "@aws-sdk/client-iottwinmaker";

const config = { maxAttempts: 1 };
const clients = [
  [s3, new s3.S3Client({ ...config, forcePathStyle: true })],
  [twinmaker, new twinmaker.IoTTwinMakerClient({ ...config, disableHostPrefix: true })],
];

async function call(operation, input) {
  const [sdk, client] = clients[operation === "GetObject" ? 0 : 1];
  try {
    const { $metadata, Body, ...answer } = await client.send(new sdk[`${operation}Command`](input));
    if (Body) answer.Body = await Body.transformToString();
    for (const [name, value] of Object.entries(answer)) {
      if (value instanceof Date) answer[name] = { date: value.toISOString() };
    }
    return { status: $metadata.httpStatusCode, answer };
  } catch (error) {
    const modelled = Boolean(sdk[error.name]) && error instanceof sdk[error.name];
    return { status: error.$metadata?.httpStatusCode, name: error.name, message: error.message, modelled };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const responses = [];
  for (const [operation, input] of JSON.parse(line)) responses.push(await call(operation, input));
  console.log(JSON.stringify(responses));
}
