import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { queries } from "../../api/queries.ts";
import { CodeBlock, CopyButton } from "../../design/code.tsx";
import { Disclosure } from "../../design/disclosure.tsx";
import { Card } from "../../design/layout.tsx";
import { ErrorState, Skeleton } from "../../design/states.tsx";
import { ValuesCard } from "../../values/values-card.tsx";

/** An Application's document in Git and the objects it becomes. */
export function ManifestsTab() {
  const { t } = useTranslation();
  const { environment, application } = useParams({
    from: "/environments/$environment/applications/$application",
  });
  const { data, error, refetch } = useQuery(queries.manifests(environment, application));
  if (error !== null) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={10} />;
  const objects = data.objects.split(/^---\n/m).filter((text) => text.trim() !== "");
  return (
    <div className="grid gap-6">
      <Card title={t("manifests.document")} aside={<CopyButton text={data.document} />}>
        <CodeBlock label={t("manifests.document")}>{data.document}</CodeBlock>
      </Card>
      <Card
        title={t("manifests.objects", { count: objects.length })}
        aside={<CopyButton text={data.objects} />}
      >
        {objects.map((text, index) => {
          const { kind, name } = headOf(text);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: objects come as one text and never move within it
            <Disclosure key={index} summary={<ObjectLine kind={kind} name={name} />}>
              {() => <CodeBlock label={`${kind} ${name}`}>{text}</CodeBlock>}
            </Disclosure>
          );
        })}
      </Card>
      <ValuesCard environment={environment} application={application} />
    </div>
  );
}

function ObjectLine({ kind, name }: { readonly kind: string; readonly name: string }) {
  return (
    <span className="flex gap-2">
      <span className="text-ink-faint">{kind}</span>
      <span className="truncate">{name}</span>
    </span>
  );
}

/** Kind and name of an object, from its YAML as the API prints it. */
function headOf(text: string): { readonly kind: string; readonly name: string } {
  return {
    kind: /^kind: (.*)$/m.exec(text)?.[1] ?? "",
    name: /^metadata:\n(?: .*\n)*? {2}name: (.*)$/m.exec(text)?.[1] ?? "",
  };
}
