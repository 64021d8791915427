-- Times of plans are whole seconds, as they are answered: fractions that were stored before are left out.
UPDATE `plans` SET
  `start_time` = `start_time` - ((`start_time` % 1000) + 1000) % 1000,
  `end_time` = `end_time` - ((`end_time` % 1000) + 1000) % 1000,
  `sort_time` = `sort_time` - ((`sort_time` % 1000) + 1000) % 1000
WHERE `start_time` % 1000 <> 0 OR `end_time` % 1000 <> 0 OR `sort_time` % 1000 <> 0;
