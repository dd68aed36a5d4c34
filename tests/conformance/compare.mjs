// Runs AWS IoT App Kit's scene composer and the page's code with the same input, without a browser.
// Reads a JSON request per line and writes {"appKit", "page"} per line. scene_documents.py bundles and runs it.
import "./browser_shim.mjs";
import { createInterface } from "node:readline";
import * as THREE from "three";
import serializer from "@iot-app-kit/scene-composer/dist/src/store/helpers/serializationHelpers.js";
import { ruleEvaluator } from "@iot-app-kit/scene-composer/dist/src/utils/dataBindingUtils.js";
import { replaceBindingVariables } from "@iot-app-kit/scene-composer/dist/src/utils/dataBindingVariableUtils.js";
import { getSceneResourceInfo, parseColorWithAlpha } from "@iot-app-kit/scene-composer/dist/src/utils/sceneResourceUtils.js";
import { fillVariables } from "../../viewer/src/scene/bindings";
import { readScene } from "../../viewer/src/scene/document_reader";
import { evaluateRule, readMaterialStyle, readTarget } from "../../viewer/src/scene/rules";

const LEVELS = { fatal: 3, error: 2, warning: 1, none: 0 };
const worst = (levels) => levels.reduce((a, b) => (LEVELS[b] > LEVELS[a] ? b : a), "none");
const numbers = (values) => values.map(Number);

/** A node with its descendants, in the same form for both. */
function appKitNode(nodes, ref) {
  const { name, transform, components, childRefs } = nodes[ref];
  return {
    name: name === ref ? null : name,
    transform: [transform.position, transform.rotation, transform.scale].map(numbers),
    components: components.map(({ type }) => type),
    children: childRefs.map((child) => appKitNode(nodes, child)),
  };
}

function pageNode({ name, transform, components, children }) {
  return {
    name: name.startsWith("node#[") ? null : name,
    transform: [transform.position, transform.rotation, transform.scale].map(numbers),
    components: components.map(({ type }) => type),
    children: children.map(pageNode),
  };
}

/** Read a scene. The tree is read only if asked for, because App Kit does not end on a cycle. */
function readByAppKit(text, tree) {
  const { document, errors } = serializer.document.deserialize(text);
  return {
    level: worst(errors.map(({ level }) => level.toLowerCase())),
    messages: errors.map(({ message, context }) => [message, ...Object.values(context ?? {})].join(": ")),
    roots: tree && document ? document.rootNodeRefs.map((ref) => appKitNode(document.nodeMap, ref)) : undefined,
  };
}

function readByPage(text, tree) {
  const { scene, problems } = readScene(text);
  return {
    level: worst(problems.map(({ level }) => level)),
    messages: problems.map(({ message, node }) => (node ? `${node}: ${message}` : message)),
    problems,
    roots: tree && scene ? scene.roots.map(pageNode) : undefined,
  };
}

function appKitMaterialStyle(target) {
  const { type, value } = getSceneResourceInfo(target);
  if (type === "Opacity") return Number.isFinite(Number(value)) ? { opacity: Number(value) } : undefined;
  if (type !== "Color") return undefined;
  const { color, alpha } = parseColorWithAlpha(value) ?? {};
  return { color: color?.getHexString(), opacity: alpha };
}

function pageMaterialStyle(target) {
  const style = readMaterialStyle(target);
  return style && { ...style, ...(style.color === undefined ? {} : { color: new THREE.Color(style.color).getHexString() }) };
}

const handlers = {
  scene: ({ text, tree }) => ({ appKit: readByAppKit(text, tree), page: readByPage(text, tree) }),
  rule: ({ fallback, rule, property, value }) => ({
    // App Kit gets booleans as strings.
    appKit: ruleEvaluator(fallback, { [property]: typeof value === "boolean" ? String(value) : value }, rule),
    page: evaluateRule(fallback, rule, property, value),
  }),
  target: ({ target }) => {
    const { type, value } = getSceneResourceInfo(target);
    return { appKit: { type: type.toLowerCase(), value }, page: readTarget(target) };
  },
  materialStyle: ({ target }) => ({ appKit: appKitMaterialStyle(target), page: pageMaterialStyle(target) }),
  text: ({ content, values }) => ({
    appKit: replaceBindingVariables(content, values),
    page: fillVariables(content, new Map(Object.entries(values))),
  }),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { kind, ...input } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(handlers[kind](input))}\n`);
});
