/** Makes a photo small enough for a poor line; the server makes it anew all the same. */

const LONGEST = 1600
const ENOUGH_BYTES = 300 * 1024
const TRIES: readonly (readonly [longest: number, quality: number])[] = [
  [LONGEST, 0.8],
  [LONGEST, 0.6],
  [1200, 0.6],
  [1000, 0.5],
]

async function opened(file: Blob): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file)
  const image = new Image()
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve
      image.onerror = reject
      image.src = address
    })
  } finally {
    URL.revokeObjectURL(address)
  }
  return image
}

/** Draw it upright and write it as a JPEG; null where the canvas gives nothing. */
function written(image: HTMLImageElement, longest: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, longest / Math.max(image.naturalWidth, image.naturalHeight))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
  canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
  const pen = canvas.getContext('2d')
  if (!pen) return Promise.resolve(null)
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
}

/** Give a JPEG of 300 KB or little more; a file that this browser cannot open stays as it is, for the server to say so. */
export async function shrinkPicture(file: Blob): Promise<Blob> {
  try {
    const image = await opened(file)
    let smallest: Blob = file
    for (const [longest, quality] of TRIES) {
      const made = await written(image, longest, quality)
      if (made) smallest = made
      if (made && made.size <= ENOUGH_BYTES) break
    }
    return smallest
  } catch {
    return file
  }
}
