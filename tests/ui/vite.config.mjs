// The front end as its own server would hand it out: static files in dist/.
export default { root: "front", logLevel: "error", build: { outDir: "../dist", emptyOutDir: true, chunkSizeWarningLimit: 4096 } };
