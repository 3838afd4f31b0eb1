-- How much of the fleet stands still, by type: active vehicles that nobody rented.
SELECT
    vehicle_type,
    COUNT(*) AS active_vehicles,
    SUM(CASE WHEN rentals = 0 THEN 1 ELSE 0 END) AS never_rented,
    SUM(total_revenue) AS total_revenue
FROM vehicle_metrics
WHERE active
GROUP BY vehicle_type
ORDER BY never_rented DESC, vehicle_type
