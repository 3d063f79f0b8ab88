import { useMutation } from "@tanstack/react-query";
import clsx from "clsx";
import { FileUp } from "lucide-react";
import { useEffect, useId, useRef, useState, type DragEvent } from "react";
import type { ImportPreview } from "@/api/types";
import { Button, buttonClass } from "@/components/ui/button";
import { Notice, Progress } from "@/components/ui/surface";
import { errorText } from "@/lib/api";
import { bytes } from "@/lib/format";
import { upload } from "./queries";

const MAX_BYTES = 2 * 1024 ** 3;

function problemOf(file: File): string | null {
  if (file.size === 0) return `${file.name} is empty.`;
  return file.size > MAX_BYTES
    ? `${file.name} has ${bytes(file.size)}; a file may have 2 GB at most. Split it by month.`
    : null;
}

function Uploading({ file, fraction, onStop }: { file: File; fraction: number; onStop: () => void }) {
  return (
    <div className="grid gap-2 rounded-lg border p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <span role="status" className="min-w-0 break-words">
          {fraction < 1 ? "Uploading" : "Reading"} {file.name}
        </span>
        <span className="text-sm text-mut">
          {bytes(file.size * fraction)} of {bytes(file.size)}
        </span>
      </div>
      <Progress value={fraction} total={1} label={`Upload of ${file.name}`} />
      <div className="flex justify-end">
        <Button onClick={onStop}>Stop</Button>
      </div>
    </div>
  );
}

export function ChooseStep({ onUploaded }: { onUploaded: (preview: ImportPreview) => void }) {
  const id = useId();
  const stopper = useRef<AbortController>(null);
  const [over, setOver] = useState(false);
  const [fraction, setFraction] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const send = useMutation({
    mutationFn: (file: File) => {
      const controller = new AbortController();
      stopper.current = controller;
      return upload(file, setFraction, controller.signal);
    },
    onSuccess: onUploaded,
  });
  useEffect(() => () => stopper.current?.abort(), []);

  const take = (file: File | undefined) => {
    if (!file) return;
    const found = problemOf(file);
    setProblem(found);
    setFraction(0);
    send.reset();
    if (!found) send.mutate(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };

  if (send.isPending) {
    return <Uploading file={send.variables} fraction={fraction} onStop={() => stopper.current?.abort()} />;
  }
  const stopped = send.error instanceof DOMException;
  return (
    <div className="grid gap-3">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={clsx(
          "flex flex-col items-center gap-2 rounded-lg border border-dashed px-6 py-12 text-center transition-colors duration-150",
          over ? "border-accent bg-fill" : "border-field",
        )}
      >
        <span className="grid size-11 place-items-center rounded-xl bg-fill text-accent">
          <FileUp aria-hidden className="size-5" />
        </span>
        <p className="font-medium">Drop a CSV file here</p>
        <p className="text-sm text-mut">
          Comma, semicolon or tab; any encoding; up to 2 GB. One line per day and campaign or ad.
        </p>
        <input
          id={id}
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          className="peer sr-only"
          onChange={(event) => take(event.target.files?.[0])}
        />
        <label
          htmlFor={id}
          className={clsx(
            buttonClass("primary"),
            "mt-2 peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-accent",
          )}
        >
          Choose a file
        </label>
      </div>
      {(problem ?? (send.error && !stopped)) && (
        <div role="alert">
          <Notice tone="bad">{problem ?? errorText(send.error)}</Notice>
        </div>
      )}
    </div>
  );
}
