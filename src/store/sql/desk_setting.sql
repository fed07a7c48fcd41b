-- name: desk_setting_all
SELECT * FROM desk_setting ORDER BY name
