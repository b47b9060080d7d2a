import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import {
  Building2,
  KeyRound,
  LayoutGrid,
  type LucideIcon,
  Moon,
  Plus,
  ScrollText,
  Search,
  Server,
  Sun,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { type Me, queries } from "../api/queries.ts";
import { useMay } from "../api/role.ts";
import { selectClass } from "../design/field.tsx";
import { chooseTheme, useTheme } from "../design/theme.ts";
import { Account } from "./account.tsx";
import { useCurrentOrganization } from "./current-organization.ts";
import { Mark } from "./mark.tsx";

const itemClass =
  "flex items-center gap-2.5 rounded-lg px-2.5 py-2 text-sm text-ink-soft hover:bg-idle-soft hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent";

/** Where one can go: the Environments of one Organization, the catalog, the Sovereign. */
export function Navigation({ me, onSearch }: { readonly me: Me; readonly onSearch: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex h-full flex-col gap-5 p-3">
      <div className="hidden items-center gap-2.5 px-1.5 pt-1 lg:flex">
        <Mark />
        <span className="font-semibold text-base tracking-tight">Catalyst</span>
        <ThemeButton />
      </div>
      <button
        type="button"
        onClick={onSearch}
        className="hidden items-center gap-2 rounded-lg border border-line bg-canvas px-2.5 py-1.5 text-ink-faint text-sm hover:border-line-strong lg:flex"
      >
        <Search size={15} aria-hidden />
        {t("palette.open")}
        <kbd className="ml-auto font-sans text-xs">Ctrl K</kbd>
      </button>
      <nav aria-label={t("nav.main")} className="flex flex-1 flex-col gap-5">
        <OrganizationSection me={me} />
        <ul className="grid gap-0.5 border-line border-t pt-4">
          <Item to="/catalog" icon={LayoutGrid} text={t("nav.catalog")} />
          <Item to="/sovereign" icon={Server} text={t("nav.sovereign")} />
          {me.sovereignAdmin && <Item to="/audit" icon={ScrollText} text={t("nav.audit")} />}
          <Item to="/tokens" icon={KeyRound} text={t("nav.tokens")} />
        </ul>
      </nav>
      <div className="flex items-center justify-between border-line border-t pt-3">
        <Account me={me} />
        <span className="lg:hidden">
          <ThemeButton />
        </span>
      </div>
    </div>
  );
}

function Item({
  to,
  icon: Icon,
  text,
}: {
  readonly to: "/catalog" | "/sovereign" | "/audit" | "/tokens";
  readonly icon: LucideIcon;
  readonly text: string;
}) {
  return (
    <li>
      <Link to={to} className={itemClass}>
        <Icon size={17} aria-hidden />
        {text}
      </Link>
    </li>
  );
}

function OrganizationSection({ me }: { readonly me: Me }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const organization = useCurrentOrganization(me);
  const may = useMay("administer", organization);
  if (organization === undefined) return null;
  return (
    <div className="grid gap-1">
      {me.organizations.length > 1 ? (
        <select
          aria-label={t("nav.organization")}
          value={organization}
          onChange={(event) =>
            void navigate({
              to: "/organizations/$organization",
              params: { organization: event.target.value },
            })
          }
          className={`${selectClass} mb-2 font-medium`}
        >
          {me.organizations.map(({ name, displayName }) => (
            <option key={name} value={name}>
              {displayName}
            </option>
          ))}
        </select>
      ) : null}
      <Link
        to="/organizations/$organization"
        params={{ organization }}
        activeOptions={{ exact: true }}
        className={itemClass}
      >
        <Building2 size={17} aria-hidden />
        <span className="truncate">
          {me.organizations.length > 1
            ? t("noun.organization")
            : (me.organizations.find(({ name }) => name === organization)?.displayName ?? organization)}
        </span>
      </Link>
      <div className="flex items-center justify-between px-2.5 pt-3 text-ink-faint text-xs">
        <h2 className="font-medium">{t("nav.environments")}</h2>
        {may && (
          <Link
            to="/organizations/$organization"
            params={{ organization }}
            search={{ create: true }}
            aria-label={t("environment.create")}
            title={t("environment.create")}
            className="-my-1 grid size-6 place-items-center rounded-md hover:bg-idle-soft hover:text-ink"
          >
            <Plus size={14} aria-hidden />
          </Link>
        )}
      </div>
      <Environments organization={organization} />
    </div>
  );
}

function Environments({ organization }: { readonly organization: string }) {
  const { t } = useTranslation();
  const { data } = useQuery(queries.environments(organization));
  const { environment: current } = useParams({ strict: false });
  if (data === undefined) return <span aria-hidden className="skeleton mx-2.5 my-2 block h-4" />;
  if (data.items.length === 0)
    return <p className="px-2.5 py-1 text-ink-faint text-sm">{t("organization.noEnvironments")}</p>;
  return (
    <ul className="grid gap-0.5">
      {data.items.map(({ name, type, applications, ready }) => (
        <li key={name}>
          <Link
            to="/environments/$environment"
            params={{ environment: name }}
            aria-current={current === name ? "page" : undefined}
            className={itemClass}
          >
            <span
              aria-hidden
              className={`mx-1 size-2 shrink-0 rounded-full ${applications.failed > 0 ? "bg-bad" : ready ? "bg-good" : "bg-busy"}`}
            />
            <span className="truncate">{name}</span>
            <span className="ml-auto font-normal text-ink-faint text-xs">
              <span className="sr-only">{type}, </span>
              {applications.total}
              <span className="sr-only"> {t("nav.applicationsCount", { count: applications.total })}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function ThemeButton() {
  const { t } = useTranslation();
  const theme = useTheme();
  const other = theme === "dark" ? "light" : "dark";
  const Icon = theme === "dark" ? Sun : Moon;
  return (
    <button
      type="button"
      aria-label={t(`theme.${other}`)}
      title={t(`theme.${other}`)}
      onClick={() => chooseTheme(other)}
      className="ml-auto grid size-8 place-items-center rounded-lg text-ink-faint hover:bg-idle-soft hover:text-ink"
    >
      <Icon size={16} aria-hidden />
    </button>
  );
}
