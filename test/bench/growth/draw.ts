export function drawGrowth(): void {}
