/** A valid scene with most types of components, for tests to change. */

export type Json = Record<string, any>

const binding = (entityId: string, propertyName = 'temperature'): Json => ({
  dataBindingContext: { entityId, componentName: 'telemetry', propertyName },
})

export function scene(): Json {
  return {
    specVersion: '1.0',
    version: '1',
    unit: 'meters',
    properties: { environmentPreset: 'neutral' },
    nodes: [
      {
        name: 'Factory',
        transform: { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
        children: [1, 2],
        components: [{ type: 'ModelRef', uri: 'factory.glb', modelType: 'GLB', unitOfMeasure: 'meters' }],
      },
      {
        name: 'Mixer',
        transform: { position: [1, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
        components: [
          { type: 'SubModelRef', parentRef: 'Factory', selector: 'Mixer' },
          { type: 'ModelShader', ruleBasedMapId: 'temperatureRule', valueDataBinding: binding('mixer-1') },
        ],
      },
      {
        name: 'Tag',
        transform: { position: [0, 2, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
        components: [
          { type: 'Tag', icon: 'iottwinmaker.common.icon:Info', ruleBasedMapId: 'temperatureRule', valueDataBinding: binding('mixer-1') },
          {
            type: 'DataOverlay',
            subType: 'OverlayPanel',
            dataRows: [{ rowType: 'Markdown', content: '${temperature} C' }],
            valueDataBindings: [{ bindingName: 'temperature', valueDataBinding: binding('mixer-1') }],
          },
        ],
      },
      {
        name: 'Belt',
        transform: { position: [0, 1, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
        components: [
          {
            type: 'MotionIndicator',
            shape: 'LinearPlane',
            valueDataBindings: { speed: { ruleBasedMapId: 'speedRule', valueDataBinding: binding('mixer-1') } },
            config: { numOfRepeatInY: 2, backgroundColorOpacity: 1 },
          },
          { type: 'EntityBinding', valueDataBinding: { dataBindingContext: { entityId: 'belt' } } },
        ],
      },
      {
        name: 'Camera',
        transform: { position: [0, 1, 9], rotation: [0, 0, 0], scale: [1, 1, 1] },
        components: [{ type: 'Camera', cameraIndex: 0 }],
      },
      {
        name: 'Light',
        transform: { position: [0, 9, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
        components: [{ type: 'Light', lightType: 'Ambient', lightSettings: { color: '#ffffff', intensity: 0.5 } }],
      },
    ],
    rootNodeIndexes: [0, 3, 4, 5],
    cameras: [{ cameraType: 'Perspective', fov: 53.13, near: 0.1, far: 100 }],
    rules: {
      temperatureRule: {
        statements: [
          { expression: 'temperature >= 80', target: 'iottwinmaker.common.icon:Error' },
          { expression: 'temperature < 80', target: 'iottwinmaker.common.icon:Info' },
        ],
      },
      speedRule: { statements: [{ expression: 'temperature / 60', target: 'iottwinmaker.common.number' }] },
    },
  }
}

/** The scene after a change, as JSON. */
export function changed(change: (scene: Json) => void): string {
  const document = scene()
  change(document)
  return JSON.stringify(document)
}
