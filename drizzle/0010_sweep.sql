ALTER TABLE `media` ADD `is_checked` integer DEFAULT true NOT NULL;--> statement-breakpoint
CREATE INDEX `media_unchecked` ON `media` (`created_at`) WHERE is_checked = 0;--> statement-breakpoint
CREATE INDEX `counters_idle` ON `counters` (`key`) WHERE spent <= 0;--> statement-breakpoint
CREATE INDEX `refresh_tokens_expiry` ON `refresh_tokens` (`expires_at`);--> statement-breakpoint
-- Profile pictures of the last days that nobody may have come to show. All others count as looked at.
UPDATE `media` SET `is_checked` = 0
WHERE `kind` = 'avatar' AND `created_at` > (unixepoch() - 8 * 86400) * 1000;--> statement-breakpoint
-- Conversations that both sides have left already go after 30 days, like those to come.
INSERT INTO `jobs` (`kind`, `key`, `payload`, `due_at`, `created_at`)
SELECT 'room.erase', 'room.erase:' || c.`id`, json_object('conversationId', c.`id`),
  max(a.`left_at`, b.`left_at`) + 30 * 86400000, unixepoch() * 1000
FROM `conversations` c
JOIN `users` a ON a.`id` = c.`initiator_id` AND a.`left_at` IS NOT NULL
JOIN `users` b ON b.`id` = c.`receiver_id` AND b.`left_at` IS NOT NULL;
