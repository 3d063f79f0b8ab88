/** Short notices at the edge of the page. Our own few lines, because the known libraries inject style elements. */
export interface Toast {
  id: number;
  tone: "info" | "good" | "bad";
  text: string;
}

let nextId = 1;
let toasts: Toast[] = [];
const listeners = new Set<() => void>();
const LIFETIME = { info: 4_000, good: 4_000, bad: 9_000 };

function set(next: Toast[]): void {
  toasts = next;
  listeners.forEach((listener) => listener());
}

export const toastStore = {
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  snapshot: () => toasts,
};

export function dismissToast(id: number): void {
  set(toasts.filter((entry) => entry.id !== id));
}

export function toast(text: string, tone: Toast["tone"] = "good"): void {
  const id = nextId++;
  set([...toasts.slice(-2), { id, tone, text }]);
  setTimeout(() => dismissToast(id), LIFETIME[tone]);
}
