import type { BlueprintView } from "@catalyst/model/view";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { Button, buttonClass } from "../../design/button.tsx";
import { Card, Facts, PageHead } from "../../design/layout.tsx";
import { usePageTitle } from "../../design/page-title.ts";
import { Skeleton } from "../../design/states.tsx";
import { PageProblem } from "../../shell/page-problem.tsx";
import { PageSkeleton } from "../../shell/page-skeleton.tsx";
import { BlueprintIcon } from "./blueprint-icon.tsx";
import { Releases } from "./releases.tsx";
import { Refusal, VerifiedMark } from "./verification.tsx";

const Markdown = lazy(() =>
  import("../../design/markdown.tsx").then(({ Markdown }) => ({ default: Markdown })),
);

/** One Blueprint: what it is, whether it is what its publisher signed, what comes along. */
export function BlueprintPage() {
  const { t } = useTranslation();
  const { blueprint: name } = useParams({ from: "/catalog/$blueprint" });
  const { data, error, refetch } = useQuery(queries.blueprint(name));
  usePageTitle(data?.card.title ?? name);
  if (error !== null) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined) return <PageSkeleton />;
  return (
    <>
      <PageHead
        above={<Link to="/catalog">{t("catalog.title")}</Link>}
        title={
          <>
            <BlueprintIcon name={name} size="large" />
            <span className="grid gap-1">
              <span className="flex flex-wrap items-center gap-3">
                {data.card.title}
                <VerifiedMark verified={data.installable} />
              </span>
              <span className="font-normal text-base text-ink-soft">{data.card.tagline}</span>
            </span>
          </>
        }
        actions={<InstallButton blueprint={data} />}
      />
      {!data.installable && (
        <div className="mb-6">
          <Refusal reason={data.reason} />
        </div>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="grid min-w-0 gap-6">
          {data.description !== undefined && (
            <Suspense fallback={<Skeleton lines={3} />}>
              <Markdown lead>{data.description}</Markdown>
            </Suspense>
          )}
          <Card title={t("blueprint.releases")}>
            <Releases releases={data.releases} />
          </Card>
          {data.readme !== undefined && (
            <Card title={t("blueprint.readme")}>
              <Suspense fallback={<Skeleton lines={6} />}>
                <Markdown>{data.readme}</Markdown>
              </Suspense>
            </Card>
          )}
        </div>
        <div className="grid gap-6">
          <Card title={t("blueprint.about")}>
            <About blueprint={data} />
          </Card>
          <Card title={t("blueprint.dependencies")}>
            <Dependencies blueprint={data} />
          </Card>
        </div>
      </div>
    </>
  );
}

function InstallButton({ blueprint: { name, installable } }: { readonly blueprint: BlueprintView }) {
  const { t } = useTranslation();
  if (!installable)
    return (
      <Button tone="primary" disabled>
        {t("action.install")}
      </Button>
    );
  return (
    <Link to="/install/$blueprint" params={{ blueprint: name }} className={buttonClass("primary")}>
      {t("action.install")}
    </Link>
  );
}

function About({ blueprint }: { readonly blueprint: BlueprintView }) {
  const { t } = useTranslation();
  const { name, version, card, sizes, defaultSize, placementModes } = blueprint;
  return (
    <div className="grid gap-4">
      <Facts
        rows={[
          [t("blueprint.name"), name],
          [t("blueprint.version"), version],
          ...(card.category === undefined ? [] : [[t("blueprint.category"), card.category] as const]),
          ...(card.license === undefined ? [] : [[t("blueprint.license"), card.license] as const]),
          ...(sizes.length === 0
            ? []
            : [
                [
                  t("blueprint.sizes"),
                  sizes
                    .map((size) => (size === defaultSize ? t("blueprint.defaultSize", { size }) : size))
                    .join(", "),
                ] as const,
              ]),
          ...(placementModes.length === 0
            ? []
            : [[t("blueprint.placement"), placementModes.join(", ")] as const]),
        ]}
      />
      {card.documentation !== undefined && (
        <a
          href={card.documentation}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1.5 text-accent text-sm hover:underline"
        >
          {t("blueprint.documentation")}
          <ExternalLink size={14} aria-hidden />
        </a>
      )}
    </div>
  );
}

function Dependencies({ blueprint: { depends } }: { readonly blueprint: BlueprintView }) {
  const { t } = useTranslation();
  if (depends.length === 0) return <p className="text-ink-soft text-sm">{t("blueprint.noDependencies")}</p>;
  return (
    <ul className="grid gap-3">
      {depends.map(({ blueprint, version, alias, when }) => (
        <li key={alias ?? blueprint} className="flex items-center gap-3 text-sm">
          <BlueprintIcon name={blueprint} size="small" />
          <div className="min-w-0">
            <Link
              to="/catalog/$blueprint"
              params={{ blueprint }}
              className="font-medium text-accent hover:underline"
            >
              {blueprint}
            </Link>
            <p className="text-ink-faint text-xs">
              {t("blueprint.dependency", { alias: alias ?? blueprint.replace(/^bp-/, ""), version })}
              {when !== undefined && ` ${t("blueprint.when", { when })}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
