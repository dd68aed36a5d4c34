// All of a browser that the scene composer touches while it is loaded; what it logs is no answer.
globalThis.window = globalThis;
globalThis.document = { body: {}, addEventListener() {} };
globalThis.getComputedStyle = () => ({ getPropertyValue: () => "" });
for (const level of ["log", "info", "warn", "debug", "error"]) console[level] = () => {};
