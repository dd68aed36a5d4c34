/** Reads scene documents and expressions with the page's code: a JSON request and a JSON answer per line. */

import { createInterface } from 'node:readline'
import { readScene } from '../../viewer/src/scene/document_reader'
import { expressionFault, namesIn } from '../../viewer/src/scene/rules'

createInterface({ input: process.stdin }).on('line', (line) => {
  const { text, expression } = JSON.parse(line)
  const answer =
    expression === undefined ? readScene(text).problems : { fault: expressionFault(expression) ?? null, names: namesIn(expression) }
  process.stdout.write(JSON.stringify(answer) + '\n')
})
