import type { BlueprintView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { SearchBox } from "../../design/search-box.tsx";
import { EmptyState, ErrorState } from "../../design/states.tsx";
import { BlueprintIcon } from "./blueprint-icon.tsx";
import { VerifiedMark } from "./verification.tsx";

/** Everything that can be installed, and what is refused. */
export function CatalogPage() {
  const { t } = useTranslation();
  usePageTitle(t("catalog.title"));
  const { search = "", category } = useSearch({ from: "/catalog" });
  const navigate = useNavigate({ from: "/catalog" });
  const everything = useQuery(queries.blueprints(""));
  const found = useQuery({ ...queries.blueprints(search), placeholderData: (previous) => previous });
  const categories = [...new Set((everything.data?.items ?? []).map(({ card }) => card.category))]
    .filter((name) => name !== undefined)
    .sort();
  const shown = found.data?.items.filter(({ card }) => category === undefined || card.category === category);
  const ask = (
    fields: { readonly search?: string; readonly category?: string | undefined },
    replace: boolean,
  ) => void navigate({ search: (before) => withoutEmpty({ ...before, ...fields }), replace });
  return (
    <>
      <PageHead title={t("catalog.title")} below={t("catalog.text")} />
      <div className="mb-6 flex flex-wrap items-center gap-3">
        <SearchBox
          label={t("catalog.search")}
          value={search}
          onChange={(text) => ask({ search: text }, true)}
        />
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">{t("catalog.categories")}</legend>
          <Category
            text={t("catalog.all")}
            chosen={category === undefined}
            onChoose={() => ask({ category: undefined }, false)}
          />
          {categories.map((name) => (
            <Category
              key={name}
              text={name}
              chosen={category === name}
              onChoose={() => ask({ category: name }, false)}
            />
          ))}
        </fieldset>
      </div>
      {found.error !== null && <ErrorState error={found.error} retry={() => void found.refetch()} />}
      {found.error === null && shown === undefined && <CardSkeletons />}
      {shown?.length === 0 && <EmptyState title={t("catalog.nothing")} text={t("catalog.nothingText")} />}
      {shown !== undefined && shown.length > 0 && (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {shown.map((blueprint) => (
            <BlueprintCard key={blueprint.name} blueprint={blueprint} />
          ))}
        </ul>
      )}
    </>
  );
}

function withoutEmpty(search: { readonly search?: string; readonly category?: string | undefined }): {
  search?: string;
  category?: string;
} {
  return Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== undefined && value !== ""),
  );
}

function Category({
  text,
  chosen,
  onChoose,
}: {
  readonly text: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className="rounded-full border border-line bg-raised px-3 py-1 text-ink-soft text-sm hover:border-line-strong hover:text-ink aria-pressed:border-transparent aria-pressed:bg-accent-soft aria-pressed:font-semibold aria-pressed:text-accent"
    >
      {text}
    </button>
  );
}

function BlueprintCard({ blueprint }: { readonly blueprint: BlueprintView }) {
  const { name, card, version, installable, reason } = blueprint;
  return (
    <li className="group relative flex flex-col gap-3 rounded-xl border border-line bg-raised p-4 transition hover:border-line-strong hover:shadow-sm">
      <div className="flex items-start gap-3">
        <BlueprintIcon name={name} />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold">
            <Link
              to="/catalog/$blueprint"
              params={{ blueprint: name }}
              className="after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
            >
              {card.title}
            </Link>
          </h2>
          <p className="truncate text-ink-faint text-xs">
            {name} {version}
          </p>
        </div>
      </div>
      <p className="flex-1 text-ink-soft text-sm">{installable ? card.tagline : (reason ?? card.tagline)}</p>
      <div className="flex items-center justify-between gap-2">
        <span className="text-ink-faint text-xs">{card.category}</span>
        <VerifiedMark verified={installable} />
      </div>
    </li>
  );
}

function CardSkeletons() {
  const { t } = useTranslation();
  return (
    <output aria-label={t("state.loading")} className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <span key={key} className="skeleton block h-36 rounded-xl" />
      ))}
    </output>
  );
}
