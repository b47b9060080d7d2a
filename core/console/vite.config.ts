import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** For work on the console: `CATALYST_URL` is a running Sovereign the API is taken from. */
const sovereign = process.env["CATALYST_URL"] ?? "http://localhost:8700";

export default defineConfig({
  plugins: [react(), tailwind()],
  build: { target: "es2023", sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { "/v1": { target: sovereign, changeOrigin: true } } },
});
