// A host for making an interpreter ready: an empty root, empty streams, no time and no chance. What is asked of it here does not come into a task.
const [SUCCESS, BADF, INVAL, NOENT, SPIPE] = [0, 8, 28, 44, 70];
const [DIRECTORY, ROOT] = [3, 3];

/** 2020-01-01, where a task's clock begins. */
const BEGIN = 1_577_836_800_000_000_000n;

/** @param memory gives the memory of the module that calls */
export function bare(memory) {
  const view = () => new DataView(memory().buffer);
  const none = (count, bytes) => (view().setUint32(count, 0, true), view().setUint32(bytes, 0, true), SUCCESS);
  const fill = (at, size) => new Uint8Array(memory().buffer, at, size).fill(0);
  const absent = () => NOENT;
  return {
    args_sizes_get: none,
    environ_sizes_get: none,
    args_get: () => SUCCESS,
    environ_get: () => SUCCESS,
    clock_res_get: (_id, at) => (view().setBigUint64(at, 1_000_000n, true), SUCCESS),
    clock_time_get: (_id, _precision, at) => (view().setBigUint64(at, BEGIN, true), SUCCESS),
    random_get: (at, size) => (fill(at, size), SUCCESS),
    fd_prestat_get: (fd, at) => (fd === ROOT ? (fill(at, 8), view().setUint32(at + 4, 1, true), SUCCESS) : BADF),
    fd_prestat_dir_name: (fd, at) => (fd === ROOT ? (view().setUint8(at, "/".charCodeAt(0)), SUCCESS) : BADF),
    fd_fdstat_get: (fd, at) => {
      if (fd > ROOT) return BADF;
      fill(at, 24);
      view().setUint8(at, fd === ROOT ? DIRECTORY : 0);
      view().setBigUint64(at + 8, fd === 0 ? 2n : fd === ROOT ? 0x1fffffffn : 64n, true); // it may be read, walked, or written
      view().setBigUint64(at + 16, fd === ROOT ? 0x1fffffffn : 0n, true);
      return SUCCESS;
    },
    fd_filestat_get: (fd, at) => {
      if (fd > ROOT) return BADF;
      fill(at, 64);
      view().setUint8(at + 16, fd === ROOT ? DIRECTORY : 0);
      view().setBigUint64(at + 24, 1n, true);
      return SUCCESS;
    },
    fd_fdstat_set_flags: fd => (fd > ROOT ? BADF : SUCCESS),
    fd_seek: fd => (fd > ROOT ? BADF : SPIPE),
    fd_tell: fd => (fd > ROOT ? BADF : SPIPE),
    fd_close: fd => (fd > ROOT ? BADF : SUCCESS),
    fd_readdir: (fd, _at, _size, _cookie, used) => (fd === ROOT ? (view().setUint32(used, 0, true), SUCCESS) : BADF),
    fd_read: (fd, _parts, _count, done) => (fd === 0 ? (view().setUint32(done, 0, true), SUCCESS) : BADF),
    path_filestat_get: absent,
    path_open: absent,
    path_readlink: () => INVAL,
    fd_write: (_fd, parts, count) => {
      for (let i = 0; i < count; i++)
        process.stderr.write(new Uint8Array(memory().buffer, view().getUint32(parts + 8 * i, true), view().getUint32(parts + 8 * i + 4, true)));
      throw new Error("the interpreter wrote something while it was made ready");
    },
  };
}
