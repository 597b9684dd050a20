/** Copying a secret that is shown once. */
import { ref, type Ref } from 'vue'

export function useCopy(): { copied: Ref<boolean>; copy: (text: string) => Promise<void> } {
  const copied = ref(false)

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      copied.value = true
    } catch {
      // No clipboard on this page: it stands there to be marked by hand.
      copied.value = false
    }
  }

  return { copied, copy }
}
