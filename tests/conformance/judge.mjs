// Asks AWS IoT App Kit's scene composer and the page's own code the same questions, without a browser.
// Reads a JSON question a line and answers with {"theirs", "ours"} a line. scene_documents.py bundles and runs it.
import "./judge_shim.mjs";
import { createInterface } from "node:readline";
import * as THREE from "three";
import serializer from "@iot-app-kit/scene-composer/dist/src/store/helpers/serializationHelpers.js";
import { ruleEvaluator } from "@iot-app-kit/scene-composer/dist/src/utils/dataBindingUtils.js";
import { replaceBindingVariables } from "@iot-app-kit/scene-composer/dist/src/utils/dataBindingVariableUtils.js";
import { getSceneResourceInfo, parseColorWithAlpha } from "@iot-app-kit/scene-composer/dist/src/utils/sceneResourceUtils.js";
import { fillVariables } from "../../viewer/src/scene/bindings";
import { readScene } from "../../viewer/src/scene/document_reader";
import { evaluateRule, readMaterialStyle, readTarget } from "../../viewer/src/scene/rules";

const LEVELS = { fatal: 2, warning: 1, fine: 0 };
const worst = (levels) => levels.reduce((a, b) => (LEVELS[b] > LEVELS[a] ? b : a), "fine");
const numbers = (values) => values.map(Number);

/** A node with what is under it, in one form for both. */
function theirNode(nodes, ref) {
  const { name, transform, components, childRefs } = nodes[ref];
  return {
    name: name === ref ? null : name,
    transform: [transform.position, transform.rotation, transform.scale].map(numbers),
    components: components.map(({ type }) => type),
    children: childRefs.map((child) => theirNode(nodes, child)),
  };
}

function ourNode({ name, transform, components, children }) {
  return {
    name: name.startsWith("node#[") ? null : name,
    transform: [transform.position, transform.rotation, transform.scale].map(numbers),
    components: components.map(({ type }) => type),
    children: children.map(ourNode),
  };
}

/** Theirs hangs on a cycle, as its viewer does, so it is asked for the tree only where there is none. */
function theirScene(text, tree) {
  const { document, errors } = serializer.document.deserialize(text);
  return {
    level: worst(errors.map(({ level }) => level.toLowerCase())),
    words: errors.map(({ message, context }) => [message, ...Object.values(context ?? {})].join(": ")),
    roots: tree && document ? document.rootNodeRefs.map((ref) => theirNode(document.nodeMap, ref)) : undefined,
  };
}

function ourScene(text, tree) {
  const { scene, problems } = readScene(text);
  return {
    level: worst(problems.map(({ level }) => level)),
    words: problems.map(({ message, node }) => (node ? `${node}: ${message}` : message)),
    roots: tree && scene ? scene.roots.map(ourNode) : undefined,
  };
}

function theirPaint(target) {
  const { type, value } = getSceneResourceInfo(target);
  if (type === "Opacity") return Number.isFinite(Number(value)) ? { opacity: Number(value) } : undefined;
  if (type !== "Color") return undefined;
  const { color, alpha } = parseColorWithAlpha(value) ?? {};
  return { color: color?.getHexString(), opacity: alpha };
}

function ourPaint(target) {
  const paint = readMaterialStyle(target);
  return paint && { ...paint, ...(paint.color === undefined ? {} : { color: new THREE.Color(paint.color).getHexString() }) };
}

const answers = {
  scene: ({ text, tree }) => ({ theirs: theirScene(text, tree), ours: ourScene(text, tree) }),
  rule: ({ fallback, rule, property, value }) => ({
    // A value is a string where the service says it is a boolean.
    theirs: ruleEvaluator(fallback, { [property]: typeof value === "boolean" ? String(value) : value }, rule),
    ours: evaluateRule(fallback, rule, property, value),
  }),
  target: ({ target }) => {
    const { type, value } = getSceneResourceInfo(target);
    return { theirs: { type: type.toLowerCase(), value }, ours: readTarget(target) };
  },
  paint: ({ target }) => ({ theirs: theirPaint(target), ours: ourPaint(target) }),
  text: ({ content, values }) => ({
    theirs: replaceBindingVariables(content, values),
    ours: fillVariables(content, new Map(Object.entries(values))),
  }),
};

createInterface({ input: process.stdin }).on("line", (line) => {
  const { ask, ...question } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answers[ask](question))}\n`);
});
