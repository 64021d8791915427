CREATE INDEX `counters_idle` ON `counters` (`key`) WHERE spent <= 0;--> statement-breakpoint
CREATE INDEX `refresh_tokens_expiry` ON `refresh_tokens` (`expires_at`);