/** ModelShader: sets the colour or opacity of a model by a rule. */

import { Color } from 'three'
import { freshnessOf, type SceneContext } from '../context'
import type { ModelShader } from '../document'
import type { SceneNode } from '../node'
import { type MaterialStyle, readMaterialStyle } from '../rules'

const FADED = new Color('#9aa3ad')
/** How much of the grey is in the colour of a value that is not current. */
const FADING = 0.6

export function addModelShader(context: SceneContext, node: SceneNode, component: ModelShader): void {
  context.subscribeRule(component, '', ({ target }, reading) => {
    const style = readMaterialStyle(target)
    node.materialOverride.setStyle(freshnessOf(reading) === 'current' ? style : faded(style))
    context.stage.invalidateSoon()
  })
}

function faded(style: MaterialStyle | undefined): MaterialStyle | undefined {
  if (style?.color === undefined) return style
  return { ...style, color: `#${new Color(style.color).lerp(FADED, FADING).getHexString()}` }
}
