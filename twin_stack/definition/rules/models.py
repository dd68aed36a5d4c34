"""Rules of models and textures in ``assets``, which ``twin_stack.definition.checks.models`` applies.

A file has one finding of a rule, at the first place that uses it, else at the file.
"""

from __future__ import annotations

from twin_stack.definition.findings import Severity
from twin_stack.definition.rule import Rule

UNREADABLE_ASSET = Rule(
    "TWIN180",
    "unreadable-asset",
    """A file that a scene uses is not what it should be: a model is not glTF 2.0, is cut off or empty, is a
    pointer of Git LFS or a page of an error; a texture is no image that browsers read; a tileset is no
    tileset. The viewer would show a red cube, or nothing. A file that nothing uses gives a warning.

    Bad:
        assets/hall.glb:
            version https://git-lfs.github.com/spec/v1
            oid sha256:4cac19622fc3ada9c0fdeadb33f88f367b541f38b89102a3f1261ac81fd5bcb5
            size 1048576
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLB, uri: hall.glb}]

    Finding:
        scenes/hall.yaml:3:56 TWIN180 file "hall.glb" is a Git LFS pointer, not the file itself; run "git lfs
        pull", and give the check the files in CI (lfs: true in actions/checkout)

    Fix:
        Put the model itself there, as glTF 2.0 in one binary file (.glb). Convert other formats, for example
        with Blender.

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}]}
        assets/hall.glb (removed)
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]
    """,
)
MISSING_MODEL_PART = Rule(
    "TWIN181",
    "missing-model-part",
    """A buffer, an image or a tile that a model names is not in the folder `assets`. Without a buffer viewers
    show nothing; without an image or a tile they show the rest (a warning). Upper and lower case count, also
    where the disk ignores them.

    Bad:
        assets/hall/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{}], "buffers": [{"uri": "hall.bin", "byteLength": 8}],
             "bufferViews": [{"buffer": 0, "byteLength": 8}]}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall/hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN181 file "hall/hall.gltf" needs "hall/hall.bin", which is not in the folder
        assets; add the file, or export the model as one binary file (.glb)

    Fix:
        Put the files beside the model, or export it as one binary file (.glb), which holds everything.
        Addresses with `https://` are not checked.

    Good:
        assets/hall/hall.bin:
            12345678
    """,
)
BROKEN_MODEL = Rule(
    "TWIN182",
    "broken-model",
    """A model refers to data or parts that it does not have, or has nodes that are their own ancestors.
    AWS's viewer and the page show nothing of it, or hang.

    Bad:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
             "meshes": [{"primitives": [{"attributes": {"POSITION": 4}}]}]}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN182 file "hall.gltf" refers to accessor 4, of which it has 0; export the
        model again

    Fix:
        Export the model again, and look at it in a glTF viewer or validator.

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}]}
    """,
)
UNDRAWN_EXTENSION = Rule(
    "TWIN183",
    "undrawn-extension",
    """A model uses an extension of glTF that AWS's viewer, or also the page, does not draw. The rest of the
    model is shown without it. Where nothing would be shown, the finding is an error.

    Bad:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}],
             "extensionsUsed": ["KHR_materials_pbrSpecularGlossiness"]}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN183 warning: file "hall.gltf" uses KHR_materials_pbrSpecularGlossiness,
        which the page and AWS's viewer do not draw: its materials are grey; export the model without it

    Fix:
        Export the model without the extension: for specular-glossiness materials, with the metallic-roughness
        materials of glTF 2.0 (`gltf-transform metalrough`).

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}]}
    """,
    Severity.WARNING,
)
LITERAL_ADDRESS = Rule(
    "TWIN184",
    "literal-address",
    """A model names a file by an address that AWS's viewer does not resolve: with `%20` and the like, `./`,
    `../` or a leading `/`. It asks the bucket for exactly these characters (App Kit's `S3SceneLoader`), so
    the file is not found there; the page finds it.

    Bad:
        assets/hall/wall.gif:
            GIF89a
        assets/models/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{}], "images": [{"uri": "../hall/wall.gif"}]}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: models/hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN184 warning: file "models/hall.gltf" names "../hall/wall.gif", which AWS's
        viewer looks for literally; put the file beside the model, with a name of letters, digits, "-", "_"
        and "."

    Fix:
        Put the file into the folder of the model or below it, with a plain name, and export the model again.

    Good:
        assets/models/wall.gif:
            GIF89a
        assets/models/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{}], "images": [{"uri": "wall.gif"}]}
    """,
    Severity.WARNING,
)
DECODER_FROM_INTERNET = Rule(
    "TWIN185",
    "decoder-from-internet",
    """A model is compressed, and AWS's viewer loads the decoder from the internet (`unpkg.com`). Where that
    is blocked, it stays at "Loading assets 100%". The page of this project has the decoders of Draco and KTX2
    itself; meshopt needs none.

    Bad:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}],
             "extensionsUsed": ["KHR_draco_mesh_compression"]}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN185 warning: file "hall.gltf" needs a decoder of Draco, which AWS's viewer
        loads from unpkg.com; allow that host, set dracoDecoder.path of the viewer, or compress with meshopt

    Fix:
        Do what the finding says. If your viewers reach the internet, nothing has to be done.

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"name": "Hall"}],
             "extensionsUsed": ["EXT_meshopt_compression"]}
    """,
    Severity.WARNING,
)
LARGE_MODELS = Rule(
    "TWIN186",
    "large-models",
    """The models of a scene are larger than AWS advises: 50 MB of files, one million triangles. The finding
    is at the largest of them.

    Bad:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
             "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
             "accessors": [{"type": "VEC3", "componentType": 5126, "count": 3600000}]}
        scenes/hall.yaml:
            properties: {environmentPreset: neutral}
            nodes:
              - components: [{type: ModelRef, modelType: GLTF, uri: hall.gltf}]

    Finding:
        scenes/hall.yaml:3:57 TWIN186 warning: the models of scene "hall" have 1,200,000 triangles, more than
        the 1,000,000 that AWS advises; simplify the models, the largest of which is "hall.gltf"

    Fix:
        Simplify or compress the models, or split the scene.

    Good:
        assets/hall.gltf:
            {"asset": {"version": "2.0"}, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
             "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
             "accessors": [{"type": "VEC3", "componentType": 5126, "count": 36}]}
    """,
    Severity.WARNING,
)
