/** ModelShader: sets the colour or opacity of a model by a rule. */

import type { SceneContext } from '../context'
import type { ModelShader } from '../document'
import type { SceneNode } from '../node'
import { readMaterialStyle } from '../rules'

export function addModelShader(context: SceneContext, node: SceneNode, component: ModelShader): void {
  context.subscribeRule(component, '', ({ target }) => {
    node.materialOverride.setStyle(readMaterialStyle(target))
    context.stage.invalidateSoon()
  })
}
