import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** For work on the console: `CATALYST_URL` is a running Sovereign the API is taken from. */
const sovereign = process.env["CATALYST_URL"] ?? "http://localhost:8700";

/** Few files instead of dozens of small ones: what every page needs, and what several share. */
const groups = [
  { name: "framework", test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next)\// },
  { name: "icons", test: /node_modules\/lucide-react\// },
  { name: "shared", test: /console\/src\//, minShareCount: 2 },
];

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    target: "es2023",
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  server: { proxy: { "/v1": { target: sovereign, changeOrigin: true } } },
});
