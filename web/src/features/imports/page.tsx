import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ImportCheck, ImportOptions, ImportPreview } from "@/api/types";
import { PageHeader } from "@/components/page-header";
import { Card, Notice } from "@/components/ui/surface";
import { useSession } from "@/features/auth/queries";
import { CheckStep } from "./check-step";
import { ChooseStep } from "./choose-step";
import { PastImports } from "./history";
import { MapStep } from "./map-step";
import { checkUpload, startImport } from "./queries";
import { RunStep } from "./run-step";
import { Steps } from "./steps";

type State =
  | { step: "choose" }
  | { step: "map"; preview: ImportPreview; options: ImportOptions }
  | { step: "check"; preview: ImportPreview; options: ImportOptions; check: ImportCheck }
  | { step: "run"; runId: string; check: ImportCheck };

/** What the server asked about stays unanswered until someone answers it. */
const initialOptions = (preview: ImportPreview): ImportOptions => ({ ...preview.suggested, skip_bad_lines: false });

function Wizard() {
  const [state, setState] = useState<State>({ step: "choose" });
  const check = useMutation({
    mutationFn: ({ preview, options }: { preview: ImportPreview; options: ImportOptions }) =>
      checkUpload(preview.upload_id, options),
    onSuccess: (result, { preview, options }) => setState({ step: "check", preview, options, check: result }),
  });
  const run = useMutation({
    mutationFn: ({ preview, options }: { preview: ImportPreview; options: ImportOptions; check: ImportCheck }) =>
      startImport(preview.upload_id, options),
    onSuccess: (result, { check: checked }) => setState({ step: "run", runId: result.id, check: checked }),
  });
  const restart = () => {
    check.reset();
    run.reset();
    setState({ step: "choose" });
  };

  return (
    <Card>
      <Steps current={state.step} />
      {state.step === "choose" && (
        <ChooseStep onUploaded={(preview) => setState({ step: "map", preview, options: initialOptions(preview) })} />
      )}
      {state.step === "map" && (
        <MapStep
          preview={state.preview}
          options={state.options}
          busy={check.isPending}
          error={check.error}
          onChange={(options) => setState({ ...state, options })}
          onCheck={() => check.mutate(state)}
          onCancel={restart}
        />
      )}
      {state.step === "check" && (
        <CheckStep
          check={state.check}
          busy={run.isPending}
          error={run.error}
          skipBadLines={state.options.skip_bad_lines}
          onSkipBadLines={(skip) => setState({ ...state, options: { ...state.options, skip_bad_lines: skip } })}
          onBack={() => setState({ step: "map", preview: state.preview, options: state.options })}
          onImport={() => run.mutate(state)}
        />
      )}
      {state.step === "run" && <RunStep runId={state.runId} check={state.check} onRestart={restart} />}
    </Card>
  );
}

export function ImportPage() {
  const mayImport = useSession().role === "owner";
  return (
    <>
      <PageHeader title="Import" />
      <div className="grid gap-4">
        {mayImport ? <Wizard /> : <Notice tone="info">Only an owner of the organization can import files.</Notice>}
        <PastImports />
      </div>
    </>
  );
}
