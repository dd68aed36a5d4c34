import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: fileURLToPath(new URL("scene_viewer", import.meta.url)),
  base: "./",
  plugins: [react()],
  assetsInclude: ["**/*.hdr"],
  // The scene composer imports node's path; a stub replaces a proprietary SDK, see package.json.
  resolve: { dedupe: ["react", "react-dom", "three"], alias: { path: "path-browserify" } },
  css: { preprocessorOptions: { scss: { api: "modern", silenceDeprecations: ["import", "global-builtin"] } } },
  build: { outDir: "../dist", emptyOutDir: true, chunkSizeWarningLimit: 20000 },
});
