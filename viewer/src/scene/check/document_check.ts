/**
 * Mistakes of a scene document that can be found in it alone, without the twin.
 *
 * `twin check` finds the same ones in the same way (twin_stack/definition/scene_document), with the levels and words of
 * scene_problems.json; a test compares both.
 */

import { DOCUMENT_MEMBERS, PROPERTY_MEMBERS, SPEC_VERSION } from '../facts'
import { isObject, type Json, type Problems } from '../problems'
import { MemberChecker } from './members'
import { checkNodes } from './nodes'
import { checkRules } from './rules'
import { checkTree } from './tree'
import { quoteValue } from './wording'

export function checkDocument(problems: Problems, document: Json): void {
  const members = new MemberChecker(problems)
  checkVersion(problems, document['specVersion'])
  const { specVersion: _, ...documentMembers } = DOCUMENT_MEMBERS
  members.check(document, documentMembers, [])
  const properties = document['properties']
  if (isObject(properties)) {
    members.check(properties, PROPERTY_MEMBERS, ['properties'], 'properties')
    const config = properties['dataBindingConfig']
    if (isObject(config) && !Object.keys(config).length) problems.add('empty-binding-config', ['properties', 'dataBindingConfig'])
  }
  checkNodes(problems, members, document)
  checkTree(problems, document)
  checkRules(problems, members, document)
}

/** Check the version as AWS's viewer reads it: a later minor one is a warning, a later major one fatal. */
function checkVersion(problems: Problems, version: unknown): void {
  const parts = typeof version === 'string' ? version.split('.').map((part) => Number.parseInt(part, 10)) : []
  const [major, minor, ...rest] = parts.filter(Number.isSafeInteger)
  const value = quoteValue(version)
  if (major === undefined || minor === undefined || rest.length || major > SPEC_VERSION.major) {
    problems.add('version', ['specVersion'], { value })
  } else if (minor > SPEC_VERSION.minor) problems.add('later-version', ['specVersion'], { value })
}
