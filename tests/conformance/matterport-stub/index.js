// Replaces the proprietary Matterport Showcase SDK (@matterport/r3f, @matterport/webcomponent), which App Kit's
// scene composer imports statically but uses only for scenes that name a Matterport model. It also calls
// window.THREE.Cache.clear(), a global that only the SDK sets.
import * as THREE from "three";

globalThis.THREE ??= THREE;
export const MatterportViewer = () => null;
export const MatterportModel = () => null;
export class MatterportFocusCamera {}
