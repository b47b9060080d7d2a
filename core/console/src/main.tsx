import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeCache } from "./api/cache.ts";
import { openTheme } from "./design/theme.ts";
import { openTranslations } from "./i18n/index.ts";
import { makeRouter } from "./router.tsx";
import "./styles.css";

const cache = makeCache();
const router = makeRouter(cache);

openTheme();
await openTranslations();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
