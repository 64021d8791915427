CREATE INDEX `users_active_name` ON `users` (`username_key`) WHERE is_active = 1;--> statement-breakpoint
CREATE INDEX `users_active` ON `users` (`id`) WHERE is_active = 1;--> statement-breakpoint
CREATE INDEX `users_staying` ON `users` (`id`) WHERE left_at is null;