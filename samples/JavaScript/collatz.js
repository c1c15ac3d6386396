// How many steps it takes from a number to 1, by halving it or taking 3 n + 1.
export default text => {
  let steps = 0;
  for (let n = BigInt(text); n !== 1n; steps++)
    n = n % 2n === 0n ? n / 2n : 3n * n + 1n;
  return steps;
};
