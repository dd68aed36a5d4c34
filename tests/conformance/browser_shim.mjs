// The parts of a browser that the scene composer uses when it is loaded. Its logs are dropped, as stdout holds answers.
globalThis.window = globalThis;
globalThis.document = { body: {}, addEventListener() {} };
globalThis.getComputedStyle = () => ({ getPropertyValue: () => "" });
for (const level of ["log", "info", "warn", "debug", "error"]) console[level] = () => {};
